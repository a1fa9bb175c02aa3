"""What the machine's matrix multiplication gives: on the matrices of decoding, and on a large square."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from benchmarks.contestant import Context, Mode, Opened, Repetition, Run
from benchmarks.shape import flops_per_token, matrices
from benchmarks.sweep import QUESTIONS, SAMPLES

SQUARE, SECONDS = 1024, 0.5


@dataclass(frozen=True)
class Multiplying:
    """No model: only its matrices, every one of its own so that caches hold no more than in decoding."""

    runs: dict[Mode, Run]

    def greedy(self, strength: float, tokens: int) -> None:
        return None


def open_contestant(context: Context) -> Opened:
    """The variant is a dtype."""
    torch.set_num_threads(context.threads)
    dtype: torch.dtype = getattr(torch, context.variant)
    config = context.sweep.shape.config
    weights = [
        torch.randn(matrix.inner, matrix.outer).to(dtype) for matrix in matrices(config) for _ in range(matrix.count)
    ]
    left, right = (torch.randn(SQUARE, SQUARE).to(dtype) for _ in range(2))

    def whole(strengths: Sequence[float]) -> Repetition:
        rows = QUESTIONS * SAMPLES * len(strengths)
        inputs = {width: torch.randn(rows, width).to(dtype) for width in {weight.shape[0] for weight in weights}}

        def step() -> None:
            for weight in weights:
                torch.mm(inputs[weight.shape[0]], weight)

        numbers = {
            "decode_flops": flops_per_token(config) * rows * rate(step),
            "square_flops": 2 * SQUARE**3 * rate(lambda: torch.mm(left, right)),
        }
        return Repetition(rows, numbers)

    return Multiplying({"whole": whole})


def rate(call: Callable[[], object]) -> float:
    """Calls a second of wall clock, over at least half a second."""
    call()
    count, start = 0, time.perf_counter()
    while True:
        call()
        count += 1
        elapsed = time.perf_counter() - start
        if elapsed > SECONDS and count > 1:
            return count / elapsed
