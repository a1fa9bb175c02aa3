"""Fewer rows at a time when memory runs out."""

import errno
import gc
from collections.abc import Callable

import torch
from safetensors import SafetensorError

from steering_worker.errors import WorkerError

_SIGNS = (
    "out of memory",
    "not enough memory",
    "can't allocate memory",
    "cannot allocate memory",
    "unable to mmap",
    "bad_alloc",
    "bad allocation",
)
#: The full message of oneDNN when it finds no memory for a kernel or its scratch space; longer messages are others.
_ONEDNN = ("could not create a primitive", "could not create a memory object", "could not execute a primitive")


def is_out_of_memory(error: BaseException) -> bool:
    """Memory of the device or of the host; torch and oneDNN report the latter as a plain `RuntimeError`."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    text = str(error).lower()
    return isinstance(error, RuntimeError | SafetensorError) and (
        text.strip() in _ONEDNN or any(sign in text for sign in _SIGNS)
    )


def halving(work: Callable[[int], None], unfinished: Callable[[], int], rows_at_a_time: int) -> int:
    """Do `work(rows)`, again with half the rows whenever memory runs out; return the rows that it was done with.

    `work` keeps what it finished and continues with the rest; `unfinished` counts that rest. Raises `WorkerError`
    (`out_of_memory`, retry `smaller`) where one row is too many.
    """
    rows = rows_at_a_time
    while True:
        try:
            work(rows)
            return rows
        except Exception as error:
            if not is_out_of_memory(error):
                raise
            if rows == 1:
                raise WorkerError(
                    "out_of_memory",
                    f"Memory ran out with one row at a time: {_first_line(error)}",
                    "Choose a smaller model, a shorter prompt or a smaller `max_tokens`, or a device with more memory.",
                    "smaller",
                ) from error
        # Outside the handler, so that the traceback no longer holds the tensors of the failed attempt.
        rows = max(1, min(rows, unfinished()) // 2)
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
