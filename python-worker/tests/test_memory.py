"""Running out of memory halves the rows and goes on."""

import errno

import pytest
import torch
from safetensors import SafetensorError

from steering_worker.engines.engine import Continuation
from steering_worker.errors import WorkerError
from steering_worker.failures import as_worker_error
from steering_worker.memory import halving, is_out_of_memory
from tests.engines.conftest import Pair, add_edit, greedy, idle, prompt, row

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


@pytest.fixture
def limited(text: Pair, monkeypatch: pytest.MonkeyPatch):
    """The engine with batches and passes that fail above a number of rows."""
    monkeypatch.setattr("gc.collect", lambda: 0)
    open_batch, blocks = text.engine._open_batch, text.engine._layered.blocks

    def limit(most: int):
        def limited_batch(rows, places):
            if places > most:
                raise RuntimeError(MESSAGE)
            return open_batch(rows, places)

        def limited_blocks(resid, *arguments):
            if resid.shape[0] > most:
                raise RuntimeError(MESSAGE)
            return blocks(resid, *arguments)

        monkeypatch.setattr(text.engine, "_open_batch", limited_batch)
        monkeypatch.setattr(text.engine._layered, "blocks", limited_blocks)
        return text.engine

    return limit


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5])
def test_generation_goes_on_with_fewer_rows_and_the_same_tokens(text: Pair, limited, most: int) -> None:
    edit = add_edit(text.loaded.d_model, 1)
    rows = [row(f"{n}", prompt(5 + n, n), greedy(3), (None, edit)[n % 2], 1.0) for n in range(6)]
    whole = text.engine.generate(rows, 5, 0, idle)
    engine = limited(most)
    cut = engine.generate(rows, 5, 0, idle)
    assert [made.token_ids for made in cut.rows] == [made.token_ids for made in whole.rows]
    assert cut.realised_rows == {1: 1, 2: 2, 3: 2, 4: 2, 5: 5}[most]
    items = [Continuation(f"{n}", prompt(6, n), (9, 10), None, 0.0) for n in range(6)]
    assert engine.logprobs(items, 5, idle).realised_rows == {1: 1, 2: 2, 3: 2, 4: 2, 5: 5}[most]
    assert len(engine.residuals([prompt(6, n) for n in range(6)], [0], idle)) == 6


def test_memory_that_holds_no_row_is_an_error_that_asks_for_less(limited) -> None:
    with pytest.raises(WorkerError) as caught:
        limited(0).generate([row("a", prompt(5), greedy(2))], 4, 0, idle)
    assert (caught.value.code, caught.value.retry) == ("out_of_memory", "smaller")
