"""The logic around captured steps, with a graph that is replayed by calling the step: no GPU is needed."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from steering_worker.edits.ablate import Ablate, AblateParams
from steering_worker.engines.batched.batch import FoldedBatch
from steering_worker.engines.batched.batched import BatchedEngine
from steering_worker.engines.batched.captured_step import EAGER_FIRST, PLACES, CapturedStep
from steering_worker.engines.decoding.running_batch import Seat
from steering_worker.engines.engine import AppliedEdit, Decoding, Row
from steering_worker.models.load import load_model
from tests.checkpoints import make_text_checkpoint
from tests.engines.conftest import add_edit, prompt, row

HIDDEN, COLUMNS = 32, 64


class Replayed:
    """Stands for a graph: the work is done at every replay, on whatever its tensors hold by then."""

    captured = 0

    def __init__(self, work: Callable[[], Tensor]) -> None:
        Replayed.captured += 1
        self._work = work
        self.result = torch.empty(0)

    def replay(self) -> None:
        self.result = self._work()


class Recorder:
    """A step that notes what it was called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[list[int], list[int], list[bool], int]] = []

    def __call__(self, token: Tensor, position: Tensor, alive: Tensor, columns: int) -> Tensor:
        self.calls.append((token.tolist(), position.tolist(), alive.tolist(), columns))
        return token[:, None].to(torch.float32) + position[:, None]


def inputs(live: int, first: int = 1) -> tuple[Tensor, Tensor, Tensor]:
    return torch.arange(first, first + live), torch.full((live,), 9), torch.ones(live, dtype=torch.bool)


def test_rare_shapes_run_kernel_by_kernel() -> None:
    Replayed.captured = 0
    recorder = Recorder()
    step = CapturedStep(recorder, 100, torch.device("cpu"), Replayed)
    for columns in (64, 128, 192):
        for _ in range(EAGER_FIRST):
            step(*inputs(3), columns)
    assert Replayed.captured == 0
    assert {len(token) for token, *_ in recorder.calls} == {3}


def test_a_shape_is_captured_once_and_replayed_on_new_tokens() -> None:
    Replayed.captured = 0
    step = CapturedStep(Recorder(), 100, torch.device("cpu"), Replayed)
    results = [step(*inputs(3, first), COLUMNS)[:, 0].tolist() for first in range(EAGER_FIRST + 3)]
    assert results == [[first + 9.0, first + 10.0, first + 11.0] for first in range(EAGER_FIRST + 3)]
    assert Replayed.captured == 1


@pytest.mark.parametrize(("live", "padded"), [(3, PLACES), (PLACES, PLACES), (PLACES + 1, 40), (40, 40)])
def test_places_beyond_the_live_ones_are_dead(live: int, padded: int) -> None:
    recorder = Recorder()
    step = CapturedStep(recorder, 40, torch.device("cpu"), Replayed)
    for number in (40, live):
        for _ in range(EAGER_FIRST + 1):
            result = step(*inputs(number), COLUMNS)
    token, position, alive, _ = recorder.calls[-1]
    assert len(token) == padded
    assert alive == [True] * live + [False] * (padded - live)
    assert position[live:] == token[live:] == [0] * (padded - live)
    assert len(result) == live


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> BatchedEngine:
    folder: Path = make_text_checkpoint(tmp_path_factory.mktemp("captured"), layers=3, hidden=HIDDEN)
    return BatchedEngine(load_model(str(folder), None, "cpu", "float32", lambda: None))


def stepped(engine: BatchedEngine, rows: list[Row], captured: bool) -> tuple[list[Tensor], Tensor]:
    """The residuals of some steps, the last ones with fewer rows."""
    with torch.inference_mode():
        batch = FoldedBatch(engine._model, rows, len(rows))
        assert batch._captured is None
        if captured:
            batch._captured = CapturedStep(batch._step, len(rows), torch.device("cpu"), Replayed)
        batch.admit(range(len(rows)), batch.prefill(rows))
        batch.seat([Seat(place, place, one) for place, one in enumerate(rows)])
        found = []
        for count in range(8):
            live = len(rows) if count < 5 else len(rows) - 2
            position = torch.tensor([len(one.prompt.ids) + count for one in rows[:live]])
            alive = torch.arange(live) != count
            found.append(batch.step(position % 7 + 3, position, alive, COLUMNS).clone())
        return found, batch._edits.changed.clone()


def block(edit_of: Callable[[int], AppliedEdit | None]) -> list[Row]:
    return [row(f"{n}", prompt(5 + n, n), Decoding(1.0, 0, 1.0, 30), edit_of(n), 0.5 * n) for n in range(PLACES + 6)]


def test_captured_steps_give_what_steps_give(engine: BatchedEngine) -> None:
    Replayed.captured = 0
    edits = [None, add_edit(HIDDEN, 0, seed=0), add_edit(HIDDEN, (0, 2), seed=2)]
    rows = block(lambda n: edits[n % 3])
    plain, changed = stepped(engine, rows, captured=False)
    replayed, counted = stepped(engine, rows, captured=True)
    assert Replayed.captured == 1
    for one, other in zip(plain, replayed, strict=True):
        torch.testing.assert_close(other, one, rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(counted, changed, rtol=1e-5, atol=1e-6)


def test_what_an_edits_own_code_does_is_not_captured(engine: BatchedEngine) -> None:
    Replayed.captured = 0
    adding = add_edit(HIDDEN, 1)
    edit = AppliedEdit(Ablate(AblateParams()), adding.fitted, (1,), "all")
    stepped(engine, block(lambda n: edit if n == 0 else None), captured=True)
    assert Replayed.captured == 0
