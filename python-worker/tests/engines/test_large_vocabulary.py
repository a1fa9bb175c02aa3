"""The logits of a vocabulary of 262,144 are held for a few positions at a time, and nothing depends on how many."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from steering_worker.engines import logits_budget
from steering_worker.engines.decoding.sampling import kinds_of, make_settings, sample
from steering_worker.engines.engine import Condition, Continuation, Decoding
from steering_worker.engines.logits_budget import LOGITS, positions_at_a_time
from steering_worker.engines.on_module import ON_MODULE
from steering_worker.models.load import load_model
from tests.checkpoints import make_text_checkpoint
from tests.engines.conftest import WINDOW, Pair, add_edit, greedy, idle, prompt, row, sampled
from tests.engines.live_memory import peak_of_tensors

LARGE = 1 << 18
HIDDEN = 8
BUDGET = LOGITS * torch.float32.itemsize


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    attention = {"head_dim": 4, "query_pre_attn_scalar": 6}
    return make_text_checkpoint(
        tmp_path_factory.mktemp("large"), layers=3, hidden=HIDDEN, attention=attention, vocab_size=LARGE
    )


@pytest.fixture(scope="module", params=ON_MODULE)
def engine(folder: Path, request: pytest.FixtureRequest) -> Any:
    return ON_MODULE[request.param](load_model(str(folder), None, "cpu", "float32", idle))


def generated(engine: Any) -> object:
    rows = [row(f"{n}", prompt(5 + n % 3, n), (sampled, greedy)[n % 2](2)) for n in range(130)]
    # The reference gives the logits of all its rows.
    return engine.generate(rows, len(rows) if engine.name == "batched" else 40, 0, idle)


def measured(engine: Any) -> object:
    edit = add_edit(HIDDEN, 1)
    items = [Continuation(f"{n}", prompt(9, n), prompt(81, n).ids[1:], (None, edit)[n % 2], 0.5) for n in range(6)]
    return engine.logprobs(items, len(items), idle)


def diverged(engine: Any) -> object:
    edit = add_edit(HIDDEN, 1)
    items = [Condition(f"{n}", edit, 0.5 * n) for n in range(2)]
    return engine.divergences([prompt(150)], items, len(items), idle)


@pytest.mark.parametrize("work", [generated, measured, diverged])
def test_the_logits_of_many_positions_take_a_few_times_the_budget(engine: Any, work: Callable[[Any], object]) -> None:
    # Without a limit the work takes 7 to 14 budgets, but for what the reference generates.
    assert BUDGET <= peak_of_tensors(lambda: work(engine)) <= 6 * BUDGET


def test_a_nucleus_of_the_whole_vocabulary_takes_ten_times_its_logits_at_most() -> None:
    # The vocabulary is sorted, and summed up in float64.
    logits = torch.randn(16, LARGE, generator=torch.Generator().manual_seed(0))
    decodings = [Decoding(1.0, 0, 0.9, 1)] * len(logits)
    settings, kinds = make_settings(decodings, LARGE, logits.device), kinds_of(decodings, LARGE)
    noise = torch.full((len(logits),), 0.5, dtype=torch.float64)
    assert logits.nbytes + peak_of_tensors(lambda: sample(logits, settings, kinds, noise)) <= 10 * logits.nbytes


@pytest.fixture(params=[1, 2, 7])
def positions(text: Pair, request: pytest.FixtureRequest) -> Callable[[pytest.MonkeyPatch], None]:
    """Lets at most this many positions be read at a time, in place of all."""

    def limit(patch: pytest.MonkeyPatch) -> None:
        assert positions_at_a_time(text.loaded.vocab_size) > 1024
        patch.setattr(logits_budget, "LOGITS", request.param * text.loaded.vocab_size + 1)
        assert positions_at_a_time(text.loaded.vocab_size) == request.param

    return limit


def test_rows_say_the_same_however_few_are_sampled_at_a_time(
    text: Pair, positions: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = add_edit(text.loaded.d_model, 1)
    rows = [row(f"{n}", prompt(5 + n, n), (sampled, greedy)[n % 2](9), (None, edit)[n % 3 % 2], 1.0) for n in range(9)]
    whole = text.engine.generate(rows, 5, 0, idle)
    positions(monkeypatch)
    assert text.engine.generate(rows, 5, 0, idle) == whole


def test_measurements_are_the_same_however_few_positions_are_read_at_a_time(
    text: Pair, positions: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = add_edit(text.loaded.d_model, 1)
    items = [Continuation(f"{n}", prompt(9, n), prompt(20, n).ids[1:], (None, edit)[n % 2], 0.5) for n in range(5)]
    conditions = [Condition(f"{n}", edit, 0.5 * n) for n in range(5)]
    texts = [prompt(5), prompt(3 * WINDOW, 1)]
    logprobs = text.engine.logprobs(items, 3, idle).items
    divergences = text.engine.divergences(texts, conditions, 3, idle).items
    positions(monkeypatch)
    for whole, cut in zip(logprobs, text.engine.logprobs(items, 3, idle).items, strict=True):
        assert cut.logprobs == pytest.approx(whole.logprobs, abs=1e-5)
    for whole, cut in zip(divergences, text.engine.divergences(texts, conditions, 3, idle).items, strict=True):
        assert cut.kl == pytest.approx(whole.kl, rel=1e-5, abs=1e-8)
