"""What counts as running out of memory, and half the rows after it."""

import errno

import pytest
import torch
from safetensors import SafetensorError

from steering_worker.failures import as_worker_error
from steering_worker.memory import halving, is_out_of_memory

MESSAGE = "[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: not enough memory: you tried to allocate"


@pytest.mark.parametrize(
    ("error", "is_memory"),
    [
        (RuntimeError(MESSAGE), True),
        (torch.OutOfMemoryError("CUDA out of memory."), True),
        (MemoryError(), True),
        (MemoryError("std::bad_alloc"), True),
        (RuntimeError("std::bad_alloc"), True),
        (RuntimeError("could not create a primitive"), True),
        (RuntimeError("could not create a primitive descriptor for the matmul primitive."), False),
        (RuntimeError("could not create a memory object"), True),
        (RuntimeError("unable to mmap 512 bytes from file <model>: Cannot allocate memory (12)"), True),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), True),
        (OSError(errno.ENOENT, "No such file"), False),
        (SafetensorError("Error opening: Cannot allocate memory (os error 12)"), True),
        (RuntimeError("shape mismatch"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_out_of_memory_is_distinguished_from_other_errors(error: Exception, is_memory: bool) -> None:
    assert is_out_of_memory(error) is is_memory
    failure = as_worker_error(error, "load")
    assert ((failure.code, failure.retry) == ("out_of_memory", "smaller")) is is_memory


@pytest.mark.parametrize("fits", [1, 2, 3, 5, 8])
def test_the_rows_are_halved_until_they_fit(fits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gc.collect", lambda: 0)
    left, tried = list(range(8)), []

    def work(rows: int) -> None:
        tried.append(rows)
        while left:
            if min(rows, len(left)) > fits:
                raise RuntimeError(MESSAGE)
            del left[:rows]

    assert halving(work, lambda: len(left), 8) == {1: 1, 2: 2, 3: 2, 5: 4, 8: 8}[fits]
    assert tried == [8, 4, 2, 1][: len(tried)]
