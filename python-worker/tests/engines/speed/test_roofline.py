"""The least time of a decoding step."""

from dataclasses import replace

import pytest

from steering_worker.engines.speed.roofline import StepWork, roofline, step_work
from steering_worker.models.families.gemma3 import architecture
from tests.checkpoints import text_config

MODEL = replace(
    architecture(text_config()),
    layers=2,
    d_model=8,
    d_ff=16,
    heads=4,
    kv_heads=1,
    d_head=2,
    vocab_size=100,
    attention=("sliding_attention", "full_attention"),
    window=10,
)
#: Query-key-value, output, gate-up and down of two blocks, and the unembedding.
NUMBERS = 2 * (8 * 12 + 8 * 8 + 8 * 32 + 16 * 8) + 8 * 100


def test_weights_are_read_once_a_step_and_keys_and_values_once_a_row() -> None:
    one, many = (step_work(MODEL, 4, rows, [6]) for rows in (1, 5))
    kept = 2 * 1 * 2 * (6 + 6)
    assert one.bytes == 4 * (NUMBERS + kept)
    assert many.bytes == 4 * (NUMBERS + 5 * kept)
    assert one.flops == 2 * NUMBERS + 4 * 4 * 2 * (6 + 6)
    assert many.flops == 5 * one.flops


def test_sliding_layers_look_at_their_window_and_steps_are_averaged() -> None:
    within, beyond = step_work(MODEL, 2, 1, [10]), step_work(MODEL, 2, 1, [30])
    assert beyond.bytes - within.bytes == 2 * 2 * 1 * 2 * 20
    both = step_work(MODEL, 2, 1, [10, 30])
    assert both.bytes == (within.bytes + beyond.bytes) / 2
    assert both.flops == (within.flops + beyond.flops) / 2


@pytest.mark.parametrize(
    ("flops", "moved", "seconds", "bound"),
    [(1000, 10, 10, "arithmetic"), (100, 40, 4, "memory"), (100, 10, 1, "arithmetic")],
)
def test_the_slower_of_arithmetic_and_memory_bounds_a_step(
    flops: float, moved: float, seconds: float, bound: str
) -> None:
    found = roofline(StepWork(rows=20, flops=flops, bytes=moved), matmul_flops=100, bandwidth=10)
    assert (found.step_seconds, found.tokens_per_second, found.bound) == (seconds, 20 / seconds, bound)
