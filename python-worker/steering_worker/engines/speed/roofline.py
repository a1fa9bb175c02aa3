"""The least time of a decoding step on a device, from what the step has to do and what the device can do at best."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from steering_worker.engines.speed.matrices import flops_per_token

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


def step_work(config: Any, itemsize: int, rows: float, columns: Sequence[int]) -> StepWork:
    """The mean step of a Gemma 3 text config over steps that look at so many columns each.

    Every weight is read once a step, keys and values once a row; sliding layers have those of their window only.
    """
    seen = sum(_seen(config, kind, count) for kind in config.layer_types for count in columns) / len(columns)
    # A key and a value a column; for each head a product with either, of a multiplication and an addition a number.
    kept = 2 * config.num_key_value_heads * config.head_dim * seen
    attention = 4 * config.num_attention_heads * config.head_dim * seen
    weights = flops_per_token(config) / 2
    return StepWork(rows, flops=rows * (flops_per_token(config) + attention), bytes=itemsize * (weights + rows * kept))


def roofline(work: StepWork, matmul_flops: float, bandwidth: float) -> Roofline:
    """Arithmetic and memory at the same time, each at the device's best rate."""
    arithmetic, memory = work.flops / matmul_flops, work.bytes / bandwidth
    seconds = max(arithmetic, memory)
    return Roofline(seconds, work.rows / seconds, "arithmetic" if arithmetic >= memory else "memory")


def _seen(config: Any, kind: str, columns: int) -> int:
    return min(columns, config.sliding_window) if kind == "sliding_attention" else columns
