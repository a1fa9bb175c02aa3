"""Whether an engine computes what the reference computes, on a short prompt at two strengths."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from steering_worker.directions.direction import NoParams
from steering_worker.edits.add import Add
from steering_worker.engines.engine import (
    AppliedEdit,
    Continuation,
    Decoding,
    Engine,
    Row,
)
from steering_worker.engines.shape import Shape
from steering_worker.progress import Progress
from steering_worker.prompt import Prompt

#: Strengths of the added random vector in multiples of the residual's median norm; 0 is the unedited model.
STRENGTHS = (0.0, 0.25, 1.0)
TOKENS = 8


@dataclass(frozen=True)
class Tolerance:
    """`residual` is relative to the largest value after each block; `logprob` is in nats."""

    residual: float
    logprob: float


TOLERANCES = {torch.float32: Tolerance(1e-4, 1e-3), torch.bfloat16: Tolerance(0.1, 0.25)}


@dataclass(frozen=True)
class Reading:
    """What an engine made of the prompt: residuals after every block, and by strength its greedy tokens."""

    prompt: Prompt
    edit: AppliedEdit
    residual: Float[Tensor, "pos layers d_model"]
    tokens: tuple[tuple[int, ...], ...]
    logprobs: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Agreement:
    """The largest differences; `fault` says in words what exceeds the tolerance, or is None."""

    residual: float
    logprob: float
    fault: str | None


def read_reference(engine: Engine, shape: Shape, prompt: Prompt, progress: Progress) -> Reading:
    """A random vector of the residual's own norm is added after the middle block, at every position but the first."""
    layer = shape.layers // 2
    residual = engine.residuals([prompt], list(range(shape.layers)), progress)[0]
    vector = torch.randn(shape.d_model, generator=torch.Generator().manual_seed(0))
    norm = residual[1:, layer].norm(dim=-1).median()
    fitted = {"vector": (vector * norm / vector.norm()).to(shape.device)}
    edit = AppliedEdit(Add(NoParams()), fitted, (layer,), "all")
    tokens = _greedy(engine, prompt, edit, progress)
    return Reading(prompt, edit, residual, tokens, _logprobs(engine, prompt, edit, tokens, progress))


def compare(engine: Engine, reading: Reading, shape: Shape, progress: Progress) -> Agreement:
    """Compare the engine with the reference; tokens may differ where the two best were within the tolerance."""
    tolerance = TOLERANCES[shape.dtype]
    residual = engine.residuals([reading.prompt], list(range(shape.layers)), progress)[0]
    scale = reading.residual.abs().amax(dim=(0, 2))
    off = float(((residual - reading.residual).abs().amax(dim=(0, 2)) / scale).max())
    logprobs = _logprobs(engine, reading.prompt, reading.edit, reading.tokens, progress)
    nats = max(
        (abs(a - b) for ours, theirs in zip(logprobs, reading.logprobs, strict=True) for a, b in _both(ours, theirs)),
        default=0.0,
    )
    fault = None
    # Written so that NaN counts as a fault.
    if not off <= tolerance.residual:
        fault = f"its residuals differ by {off:.1e} of the largest value, where {tolerance.residual:.0e} is allowed"
    elif not nats <= tolerance.logprob:
        fault = f"its log-probabilities differ by {nats:.1e} nats, where {tolerance.logprob:.0e} is allowed"
    else:
        fault = _other_tokens(engine, reading, tolerance, progress)
    return Agreement(off, nats, fault)


def _both(ours: Sequence[float], theirs: Sequence[float]) -> list[tuple[float, float]]:
    """In pairs; one side without values (NaN or infinite logits) is paired with NaN."""
    if len(ours) != len(theirs):
        return [(float("nan"), 0.0)]
    return list(zip(ours, theirs, strict=True))


def _greedy(engine: Engine, prompt: Prompt, edit: AppliedEdit, progress: Progress) -> tuple[tuple[int, ...], ...]:
    decoding = Decoding(temperature=0.0, top_k=0, top_p=1.0, max_tokens=TOKENS)
    rows = [Row(f"self-check {c}", prompt, edit, c, decoding) for c in STRENGTHS]
    made = engine.generate(rows, len(rows), 0, progress).rows
    return tuple(one.token_ids for one in made)


def _logprobs(
    engine: Engine, prompt: Prompt, edit: AppliedEdit, tokens: Sequence[tuple[int, ...]], progress: Progress
) -> tuple[tuple[float, ...], ...]:
    items = [
        Continuation(f"self-check {c}", prompt, ids, edit, c) for c, ids in zip(STRENGTHS, tokens, strict=True) if ids
    ]
    return tuple(one.logprobs for one in engine.logprobs(items, len(STRENGTHS), progress).items)


def _other_tokens(engine: Engine, reading: Reading, tolerance: Tolerance, progress: Progress) -> str | None:
    for strength, ours, theirs in zip(
        STRENGTHS, _greedy(engine, reading.prompt, reading.edit, progress), reading.tokens, strict=True
    ):
        if ours == theirs:
            continue
        same = next((n for n, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a != b), None)
        if same is None:
            return f"at strength {strength} it generated {len(ours)} tokens, the reference {len(theirs)}"
        items = [
            Continuation(f"self-check {n}", reading.prompt, ids[: same + 1], reading.edit, strength)
            for n, ids in enumerate((ours, theirs))
        ]
        own, other = (one.logprobs[-1] for one in engine.logprobs(items, 2, progress).items)
        if not abs(own - other) <= 2 * tolerance.logprob:
            return f"at strength {strength} its greedy token {same} is {ours[same]}, the reference's {theirs[same]}"
    return None
