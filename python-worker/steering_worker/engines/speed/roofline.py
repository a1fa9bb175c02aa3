"""The least time of a decoding step on a device, from what the step has to do and what the device can do at best."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from steering_worker.engines.speed.matrices import flops_per_token
from steering_worker.models.families.architecture import Architecture, AttentionKind

Bound = Literal["arithmetic", "memory"]


@dataclass(frozen=True)
class StepWork:
    """What a step of `rows` tokens cannot do without: floating-point operations, and bytes read from memory."""

    rows: float
    flops: float
    bytes: float


@dataclass(frozen=True)
class Roofline:
    """`bound` is what the device is longer busy with."""

    step_seconds: float
    tokens_per_second: float
    bound: Bound


def step_work(model: Architecture, itemsize: int, rows: float, columns: Sequence[int]) -> StepWork:
    """The mean step of a model over steps that look at so many columns each.

    Every weight is read once a step, keys and values once a row; sliding layers have those of their window only.
    """
    seen = sum(_seen(model, kind, count) for kind in model.attention for count in columns) / len(columns)
    # A key and a value a column; for each head a product with either, of a multiplication and an addition a number.
    kept = 2 * model.kv_heads * model.d_head * seen
    attention = 4 * model.heads * model.d_head * seen
    weights = flops_per_token(model) / 2
    return StepWork(rows, flops=rows * (flops_per_token(model) + attention), bytes=itemsize * (weights + rows * kept))


def roofline(work: StepWork, matmul_flops: float, bandwidth: float) -> Roofline:
    """Arithmetic and memory at the same time, each at the device's best rate."""
    arithmetic, memory = work.flops / matmul_flops, work.bytes / bandwidth
    seconds = max(arithmetic, memory)
    return Roofline(seconds, work.rows / seconds, "arithmetic" if arithmetic >= memory else "memory")


def _seen(model: Architecture, kind: AttentionKind, columns: int) -> int:
    return columns if kind == "full_attention" or model.window is None else min(columns, model.window)
