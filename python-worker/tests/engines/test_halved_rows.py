"""An engine that runs out of memory goes on with half the rows."""

import pytest

from steering_worker.engines.engine import Continuation
from steering_worker.errors import WorkerError
from tests.engines.conftest import Pair, add_edit, greedy, idle, prompt, row

MESSAGE = "[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: not enough memory: you tried to allocate"


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
