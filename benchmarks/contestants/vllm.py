"""vLLM on the CPU: its scheduler batches the rows; a forward hook adds one strength to all of them."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.contestant import Context, Mode, Opened, Repetition, Run

QUIET = {
    # In this process: its processor time is then measured with the rest, and the hook can be reached.
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_LOGGING_LEVEL": "ERROR",
    "VLLM_ALLOW_INSECURE_SERIALIZATION": "1",
    "VLLM_NO_USAGE_STATS": "1",
    "HF_HUB_OFFLINE": "1",
}


@dataclass
class _Strength:
    value: float = 0.0


@dataclass(frozen=True)
class Serving:
    """An `LLM` whose steered block reads the present strength."""

    runs: dict[Mode, Run]
    prompts: list[list[int]]
    generate: Any

    def greedy(self, strength: float, tokens: int) -> list[list[int]]:
        rows: list[list[int]] = self.generate(self.prompts, strength, tokens, 0.0)
        return rows


def open_contestant(context: Context) -> Opened:
    """vLLM with the checkpoint in fp32."""
    os.environ.update(QUIET)
    os.environ["VLLM_CPU_OMP_THREADS_BIND"] = _cores(context.threads)
    import torch
    from vllm import LLM, SamplingParams

    sweep = context.sweep
    model: Any = LLM(
        model=str(context.folder),
        dtype="float32",
        enforce_eager=True,
        max_model_len=128,
        max_num_seqs=256,
        max_num_batched_tokens=10240,
        seed=0,
    )
    torch.set_num_threads(context.threads)
    vector, present = torch.tensor(sweep.vector), _Strength()
    model.apply_model(lambda inner: _hook(inner, sweep.shape.layer, vector, present))

    def generate(prompts: list[list[int]], strength: float, tokens: int, temperature: float) -> list[list[int]]:
        present.value = strength
        plain = SamplingParams(temperature=temperature, max_tokens=tokens, ignore_eos=True, detokenize=False)
        given = [{"prompt_token_ids": ids} for ids in prompts]
        return [list(row.outputs[0].token_ids) for row in model.generate(given, plain, use_tqdm=False)]

    def by_strength(strengths: Sequence[float]) -> Repetition:
        rows = (generate(sweep.sampled, strength, sweep.tokens, 1.0) for strength in strengths)
        return Repetition(sum(len(row) for batch in rows for row in batch))

    def constant(strengths: Sequence[float]) -> Repetition:
        rows = generate(sweep.sampled * len(strengths), 1.0, sweep.tokens, 1.0)
        return Repetition(sum(len(row) for row in rows))

    return Serving({"strength": by_strength, "constant": constant}, [list(p) for p in sweep.prompts], generate)


def _cores(threads: int) -> str:
    """The first cores of those that this process may use, as vLLM binds to them."""
    allowed = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count() or 1))
    return ",".join(str(core) for core in allowed[:threads])


def _hook(model: Any, layer: int, vector: Any, present: _Strength) -> None:
    block = next(module for name, module in model.named_modules() if name.endswith(f"layers.{layer}"))

    def edit(_module: Any, _inputs: Any, output: Any) -> Any:
        first = output[0] if isinstance(output, tuple) else output
        steered = first + (present.value * vector).to(first.dtype)
        return (steered, *output[1:]) if isinstance(output, tuple) else steered

    block.register_forward_hook(edit)
