"""How the C library handles freed memory."""

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
#: The largest that glibc takes for blocks outside the heap.
_LARGEST = 32 << 20
_KEPT = 1 << 30


def keep_freed_memory() -> bool:
    """Keep up to 1 GiB of freed memory in the process, to be used again.

    A decoding step frees and asks for the same few megabytes hundreds of times; glibc hands them to the kernel and has
    every page cleared anew. False where the C library has no such setting.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_MMAP_THRESHOLD, _LARGEST)) and bool(mallopt(_TRIM_THRESHOLD, _KEPT))
