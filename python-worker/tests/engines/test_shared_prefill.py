"""What the blocks compute of a block's prompts: nothing twice, and nothing that is not asked for."""

from collections import Counter
from pathlib import Path

import pytest

from steering_worker.engines.batched.batched import BatchedEngine
from steering_worker.engines.batched.folded_model import FoldedModel
from steering_worker.engines.engine import AppliedEdit, Positions, Row
from steering_worker.models.load import load_model
from steering_worker.prompt import Prompt
from tests.checkpoints import make_text_checkpoint
from tests.engines.conftest import add_edit, greedy, idle, prompt, row

LAYERS, HIDDEN, LENGTH = 5, 32, 12
PROMPTS = [prompt(LENGTH, seed) for seed in range(3)]
STRENGTHS = (0.5, 1.0, 2.0, 4.0)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> BatchedEngine:
    folder: Path = make_text_checkpoint(tmp_path_factory.mktemp("prefill"), layers=LAYERS, hidden=HIDDEN)
    return BatchedEngine(load_model(str(folder), None, "cpu", "float32", idle))


class Work:
    """Positions that each block read, and positions that it answered, over all calls of `FoldedModel.block`."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.read: Counter[int] = Counter()
        self.answered: Counter[int] = Counter()
        original = FoldedModel.block

        def counted(model, layer, resid, *arguments):
            out, kv = original(model, layer, resid, *arguments)
            self.read[layer] += resid.shape[0] * resid.shape[1]
            self.answered[layer] += out.shape[0] * out.shape[1]
            return out, kv

        patch.setattr(FoldedModel, "block", counted)

    def by_layer(self) -> list[tuple[int, int]]:
        return [(self.read[layer], self.answered[layer]) for layer in range(LAYERS)]


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    return Work(monkeypatch)


def block(edits: list[AppliedEdit | None], prompts: list[Prompt] = PROMPTS) -> list[Row]:
    """Every prompt under every edit at every strength, two samples of each."""
    ways = [(edit, strength) for edit in edits for strength in (STRENGTHS if edit else (0.0,))]
    return [
        row(f"{n}/{w}/{sample}", asked, greedy(2), edit, strength)
        for n, asked in enumerate(prompts)
        for w, (edit, strength) in enumerate(ways)
        for sample in range(2)
    ]


def all_of(rows: int, columns: int) -> tuple[int, int]:
    return rows * columns, rows * columns


def test_prompts_run_once_below_the_edit_and_once_a_strength_above_it(engine: BatchedEngine, work: Work) -> None:
    rows = block([add_edit(HIDDEN, 1, "all")])
    engine.generate(rows, len(rows), 0, idle)
    below, above = len(PROMPTS), len(PROMPTS) * len(STRENGTHS)
    assert work.by_layer() == [
        all_of(below, LENGTH),
        all_of(below, LENGTH),
        all_of(above, LENGTH),
        all_of(above, LENGTH),
        (above * LENGTH, above),
    ]


def test_every_edit_parts_at_its_own_layer(engine: BatchedEngine, work: Work) -> None:
    rows = block([add_edit(HIDDEN, 0, "all", 1), add_edit(HIDDEN, 3, "prompt", 2), add_edit(HIDDEN, 3, "all", 3)])
    engine.generate(rows, len(rows), 0, idle)
    prompts, a_way = len(PROMPTS), len(PROMPTS) * len(STRENGTHS)
    assert work.by_layer() == [
        all_of(prompts, LENGTH),
        all_of(prompts + a_way, LENGTH),
        all_of(prompts + a_way, LENGTH),
        all_of(prompts + a_way, LENGTH),
        (3 * a_way * LENGTH, 3 * a_way),
    ]


def test_rows_steered_from_the_last_position_on_run_that_position_alone(engine: BatchedEngine, work: Work) -> None:
    rows = block([add_edit(HIDDEN, 1, "generated")])
    engine.generate(rows, len(rows), 0, idle)
    prompts, own = len(PROMPTS), len(PROMPTS) * len(STRENGTHS)
    assert work.by_layer() == [
        all_of(prompts, LENGTH),
        all_of(prompts, LENGTH),
        all_of(prompts * LENGTH + own, 1),
        all_of(prompts * LENGTH + own, 1),
        (prompts * LENGTH + own, prompts + own),
    ]


@pytest.mark.parametrize("edits", [[None], [None, add_edit(HIDDEN, 1, "generated")]], ids=["none", "beside steered"])
def test_rows_without_an_edit_run_once_a_prompt(
    engine: BatchedEngine, work: Work, edits: list[AppliedEdit | None]
) -> None:
    rows = [one for one in block(edits) if one.edit is None or one.strength == STRENGTHS[0]]
    engine.generate(rows, len(rows), 0, idle)
    steered = len(PROMPTS) * (len(edits) - 1)
    assert work.by_layer()[:2] == [all_of(len(PROMPTS), LENGTH)] * 2
    assert work.by_layer()[-1] == (len(PROMPTS) * LENGTH + steered, len(PROMPTS) + steered)


def test_an_edit_at_its_neutral_strength_runs_nothing_extra(engine: BatchedEngine, work: Work) -> None:
    rows = [row(f"{n}", asked, greedy(2), add_edit(HIDDEN, 1), 0.0) for n, asked in enumerate(PROMPTS)]
    engine.generate(rows, len(rows), 0, idle)
    assert work.by_layer()[:-1] == [all_of(len(PROMPTS), LENGTH)] * (LAYERS - 1)


@pytest.mark.parametrize("positions", ["prompt", "content", "generated"])
def test_after_the_last_block_only_the_next_token_is_asked_for(
    engine: BatchedEngine, work: Work, positions: Positions
) -> None:
    rows = block([add_edit(HIDDEN, 2, positions)])
    engine.generate(rows, len(rows), 0, idle)
    trunk = len(PROMPTS) if positions == "generated" else 0
    assert work.answered[LAYERS - 1] == trunk + len(PROMPTS) * len(STRENGTHS)


def test_a_prompt_under_an_edit_runs_once_however_few_rows_go_at_a_time(engine: BatchedEngine, work: Work) -> None:
    rows = block([add_edit(HIDDEN, 1)])
    engine.generate(rows, 3, 0, idle)
    assert work.read[LAYERS - 1] == len(PROMPTS) * len(STRENGTHS) * LENGTH
