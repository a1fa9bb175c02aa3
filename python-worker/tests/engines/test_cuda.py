"""What only a GPU can show: captured steps give what steps give, both engines agree, and no step waits."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch
from torch import Tensor

from steering_worker.engines.batched import batch as batch_module
from steering_worker.engines.batched.batch import FoldedBatch
from steering_worker.engines.batched.batched import BatchedEngine
from steering_worker.engines.batched.captured_step import EAGER_FIRST, PLACES
from steering_worker.engines.decoding.decode_state import make_state
from steering_worker.engines.decoding.running_batch import Seat
from steering_worker.engines.decoding.sampling import kinds_of
from steering_worker.engines.engine import Decoding, Row
from steering_worker.engines.made_engine import ModelSource
from steering_worker.engines.on_module import FASTEST
from steering_worker.engines.registry import make_engine
from steering_worker.models.load import load_model
from tests.checkpoints import make_text_checkpoint
from tests.engines.conftest import add_edit, greedy, idle, prompt, row

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")

HIDDEN, TOKENS = 32, 60
#: Of the largest value. Captured steps run the same kernels, if perhaps on more places.
TOLERANCES = {torch.float32: 1e-5, torch.bfloat16: 2e-2}


@pytest.fixture(scope="module", params=["float32", "bfloat16"])
def source(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ModelSource:
    folder: Path = make_text_checkpoint(tmp_path_factory.mktemp(f"cuda-{request.param}"), layers=4, hidden=HIDDEN)

    return ModelSource(str(folder), None, "cuda", request.param)


@pytest.fixture(scope="module")
def engine(source: ModelSource) -> BatchedEngine:
    return BatchedEngine(load_model(source.ref, None, source.device, source.dtype, idle))


def block(decoding: Decoding) -> list[Row]:
    """More places than are captured together, unsteered or under edits that lie in tables."""
    edits = [None, add_edit(HIDDEN, 0, seed=0), add_edit(HIDDEN, 2, seed=2)]
    return [row(f"{n}", prompt(5 + n % 9, n), decoding, edits[n % 3], 0.25 * (n % 5)) for n in range(PLACES + 6)]


def seated(engine: BatchedEngine, rows: list[Row], captured: bool) -> FoldedBatch:
    """A batch that has read its prompts."""
    batch = FoldedBatch(engine._model, rows, len(rows))
    assert batch._captured is not None
    if not captured:
        batch._captured = None
    batch.admit(range(len(rows)), batch.prefill(rows))
    batch.seat([Seat(place, place, one) for place, one in enumerate(rows)])
    return batch


def stepped(engine: BatchedEngine, rows: list[Row], captured: bool) -> tuple[list[Tensor], Tensor]:
    """Residuals of steps at two numbers of columns in turn, the last ones with fewer rows, and the sums of norms."""
    device = engine._model.shape.device
    lengths = torch.tensor([len(one.prompt.ids) for one in rows], device=device)
    found = []
    with torch.inference_mode():
        batch = seated(engine, rows, captured)
        for count in range(16):
            live = len(rows) if count < 10 else PLACES
            position = lengths[:live] + count
            alive = torch.arange(live, device=device) != count
            found.append(batch.step(7 + position * 5 % 200, position, alive, (64, 128)[count % 2]).clone())
        if batch._captured is not None:
            # Both numbers of columns, with all rows and with fewer.
            assert len(batch._captured._graphs) == 4
        return found, batch._edits.changed.clone()


def test_captured_steps_give_what_steps_give_whichever_graph_ran_before(engine: BatchedEngine) -> None:
    rows = block(greedy(TOKENS))
    plain, changed = stepped(engine, rows, captured=False)
    replayed, counted = stepped(engine, rows, captured=True)
    tolerance = TOLERANCES[engine._model.shape.dtype]
    for one, other in zip([*plain, changed], [*replayed, counted], strict=True):
        assert float((one - other).abs().max()) <= tolerance * float(one.abs().max())


def test_a_block_says_the_same_with_captured_steps_and_without(
    engine: BatchedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine._model.shape.dtype != torch.float32:
        pytest.skip("the two likeliest tokens are often equal in bfloat16")
    rows = block(greedy(40))
    captured = engine.generate(rows, 34, 0, idle)
    assert engine.generate(rows, 34, 0, idle) == captured
    monkeypatch.setattr(batch_module, "CapturedStep", lambda step, *_: step)
    plain = engine.generate(rows, 34, 0, idle)
    assert [made.token_ids for made in captured.rows] == [made.token_ids for made in plain.rows]


def test_the_engines_agree(source: ModelSource) -> None:
    assert make_engine(source, FASTEST, idle).engine.name == FASTEST


@contextmanager
def waits_are_errors() -> Iterator[None]:
    before = torch.cuda.get_sync_debug_mode()
    torch.cuda.set_sync_debug_mode("error")
    try:
        yield
    finally:
        torch.cuda.set_sync_debug_mode(before)


@pytest.mark.parametrize("captured", [False, True])
def test_a_step_and_its_sampling_never_wait(engine: BatchedEngine, captured: bool) -> None:
    decodings = [Decoding(1.0, 0, 1.0, TOKENS), Decoding(0.7, 5, 0.9, TOKENS), greedy(TOKENS)]
    rows = [one for decoding in decodings for one in block(decoding)]
    shape = engine._model.shape
    kinds = kinds_of([one.decoding for one in rows], shape.vocab_size)
    ends = torch.tensor([1, 2], device=shape.device)
    with torch.inference_mode():
        batch = seated(engine, rows, captured)
        state = make_state(list(enumerate(rows)), 3, TOKENS, shape.vocab_size, shape.device)

        def step() -> None:
            last = batch.step(state.token, state.position, state.alive, 64)
            state.take(batch.logits(last), kinds, ends, slice(0, len(rows)))

        for _ in range(EAGER_FIRST + 1):
            step()
        torch.cuda.synchronize()
        with waits_are_errors():
            for _ in range(4):
                step()
    assert int(state.count.max()) == EAGER_FIRST + 5
