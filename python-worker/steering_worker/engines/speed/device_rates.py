"""The peak rates of a device: how fast it moves memory, and how fast it multiplies large matrices."""

import torch

from steering_worker.engines.batched.free_memory import free_bytes
from steering_worker.engines.speed.median_seconds import median_seconds
from steering_worker.progress import Progress

#: Of each of the three arrays of a triad: far beyond any cache, and no more than a share of the free memory.
ARRAY_BYTES = 1 << 28
SHARE_OF_FREE = 16
#: Side of the square matrices; an accelerator needs larger ones to be busy.
SIDE, SIDE_OF_ACCELERATOR = 1024, 4096


def memory_bandwidth(device: torch.device, progress: Progress) -> float:
    """Bytes per second of a triad, a = b + 2 c: two arrays are read, and one is written."""
    numbers = max(1, min(ARRAY_BYTES, free_bytes(device) // SHARE_OF_FREE) // torch.float32.itemsize)
    a, b, c = (torch.ones(numbers, dtype=torch.float32, device=device) for _ in range(3))
    seconds = median_seconds(lambda: torch.add(b, c, alpha=2, out=a), device, progress)
    return 3 * a.nbytes / seconds


def square_matmul_rate(dtype: torch.dtype, device: torch.device, progress: Progress) -> float:
    """Floating-point operations per second of `torch.mm` on square matrices."""
    side = SIDE if device.type == "cpu" else SIDE_OF_ACCELERATOR
    left, right, product = (torch.ones(side, side, dtype=dtype, device=device) for _ in range(3))
    seconds = median_seconds(lambda: torch.mm(left, right, out=product), device, progress)
    return 2 * side**3 / seconds
