"""The shortest time of a decoding step on a device, from the step's work and the device's peak rates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from steering_worker.engines.speed.matrices import flops_per_token
from steering_worker.models.families.architecture import Architecture, AttentionKind

Bound = Literal["arithmetic", "memory"]


@dataclass(frozen=True)
class StepWork:
    """The least work of a step of `rows` tokens: floating-point operations, and bytes read from memory."""

    rows: float
    flops: float
    bytes: float


@dataclass(frozen=True)
class Roofline:
    """`bound` is what takes the device longer."""

    step_seconds: float
    tokens_per_second: float
    bound: Bound


def step_work(model: Architecture, itemsize: int, rows: float, columns: Sequence[int]) -> StepWork:
    """The mean step of a model over steps that attend to the given numbers of columns.

    Every weight is read once in a step, keys and values once for each row, in sliding layers only the window's.
    """
    seen = sum(_seen(model, kind, count) for kind in model.attention for count in columns) / len(columns)
    # Each column has a key and a value; each head takes a product with both: a multiplication and addition per number.
    kept = 2 * model.kv_heads * model.d_head * seen
    attention = 4 * model.heads * model.d_head * seen
    weights = flops_per_token(model) / 2
    return StepWork(rows, flops=rows * (flops_per_token(model) + attention), bytes=itemsize * (weights + rows * kept))


def roofline(work: StepWork, matmul_flops: float, bandwidth: float) -> Roofline:
    """Arithmetic and memory overlap, each at the device's peak rate."""
    arithmetic, memory = work.flops / matmul_flops, work.bytes / bandwidth
    seconds = max(arithmetic, memory)
    return Roofline(seconds, work.rows / seconds, "arithmetic" if arithmetic >= memory else "memory")


def _seen(model: Architecture, kind: AttentionKind, columns: int) -> int:
    return columns if kind == "full_attention" or model.window is None else min(columns, model.window)
