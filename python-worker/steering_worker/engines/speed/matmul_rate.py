"""How fast this process multiplies matrices of a model's shape, with which decoding is compared."""

import time
from collections.abc import Iterator, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from steering_worker.engines.speed.matrices import Matrix
from steering_worker.engines.speed.synchronise import synchronise

#: Rows of a batch that is well filled.
ROWS = 128
#: All weights differ, as in decoding, so that caches hold no more of them than there; up to this many bytes.
MOST_BYTES = 1 << 28
SECONDS = 0.05


def matmul_rate(shape: Sequence[Matrix], dtype: torch.dtype, device: torch.device) -> float:
    """Floating-point operations per second of `torch.mm`, over at least 0.05 s after a first round."""
    weights = list(_weights(shape, dtype, device))
    inputs = {size: torch.ones(ROWS, size, dtype=dtype, device=device) for size in {w.shape[0] for w in weights}}
    flops = sum(2 * ROWS * weight.numel() for weight in weights)

    def multiply() -> None:
        for weight in weights:
            torch.mm(inputs[weight.shape[0]], weight)
        synchronise(device)

    with torch.inference_mode():
        multiply()
        rounds, started = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - started) < SECONDS:
            multiply()
            rounds += 1
    return flops * rounds / elapsed


def _weights(
    shape: Sequence[Matrix], dtype: torch.dtype, device: torch.device
) -> Iterator[Float[Tensor, "inner outer"]]:
    """The matrices of one block after another, then the unembedding's; of the last, the columns that find room."""
    room = MOST_BYTES // dtype.itemsize
    blocks = max(matrix.count for matrix in shape)
    for matrix in (m for n in range(blocks) for m in shape if n < m.count):
        columns = min(matrix.outer, room // matrix.inner)
        if columns == 0:
            return
        room -= columns * matrix.inner
        yield torch.ones(matrix.inner, columns, dtype=dtype, device=device)
