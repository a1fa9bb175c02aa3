"""A decoding step has static shapes, waits for nothing and branches on no data: what a captured kernel asks of it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode

from steering_worker.engines.batched.batch import FoldedBatch
from steering_worker.engines.batched.batched import BatchedEngine
from steering_worker.engines.decoding.decode import STEPS_A_LOOK_ELSEWHERE, _Decoder
from steering_worker.engines.decoding.decode_state import DecodeState, make_state
from steering_worker.engines.decoding.running_batch import Seat
from steering_worker.engines.decoding.sampling import kinds_of
from steering_worker.engines.engine import Decoding, Row
from steering_worker.methods.registry import make_edit
from steering_worker.models.load import load_model
from tests.checkpoints import make_text_checkpoint
from tests.dictionary_files import D_MODEL
from tests.edits.test_contract import VARIANTS as EDIT_VARIANTS
from tests.edits.test_contract import fitted_for
from tests.engines.conftest import WINDOW, add_edit, make_variant, prompt, row
from tests.engines.waits import Waits

HIDDEN = D_MODEL


@pytest.fixture(scope="module", params=["batched", "batched, unpacked"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> BatchedEngine:
    folder: Path = make_text_checkpoint(tmp_path_factory.mktemp("neutral"), layers=3, hidden=HIDDEN)
    return make_variant(request.param, load_model(str(folder), None, "cpu", "float32", lambda: None))


def rows() -> list[Row]:
    edits = [add_edit(HIDDEN, layer, seed=layer) for layer in (0, 2)]
    decodings = [Decoding(1.0, 0, 1.0, 30), Decoding(0.7, 5, 0.9, 30), Decoding(0.0, 0, 1.0, 30)]
    return [row(f"{n}", prompt(5 + n, n), decodings[n % 3], [None, *edits][n % 3], 0.5 * n) for n in range(6)]


class Running:
    """A batch that has read its prompts, one step before its second token."""

    def __init__(self, engine: BatchedEngine) -> None:
        block = rows()
        self.batch = FoldedBatch(engine._model, block, len(block))
        prompts = self.batch.prefill(block)
        places = range(len(block))
        self.batch.admit(places, prompts)
        self.batch.seat([Seat(place, place, block[place]) for place in places])
        shape = engine._model.shape
        self.state: DecodeState = make_state(list(enumerate(block)), 3, 30, shape.vocab_size, shape.device)
        self.kinds = kinds_of([one.decoding for one in block], shape.vocab_size)
        self.ends = torch.tensor([1, 2])
        self.take(torch.stack([one.last for one in prompts]))

    def take(self, last: Tensor) -> None:
        self.state.take(self.batch.logits(last), self.kinds, self.ends, slice(0, last.shape[0]))

    def step(self) -> None:
        """A token a place, from the embedding to the tokens that were drawn."""
        state = self.state
        self.take(self.batch.step(state.token, state.position, state.alive, WINDOW + 14))

    def drawn(self) -> tuple[Tensor, Tensor]:
        return self.state.made.clone(), self.batch._edits.changed.clone()


def after(engine: BatchedEngine, run: Callable[[Running], None]) -> tuple[Tensor, Tensor]:
    with torch.inference_mode():
        decoding = Running(engine)
        run(decoding)
        return decoding.drawn()


def test_a_step_compiles_as_one_graph_and_draws_the_same_tokens(engine: BatchedEngine) -> None:
    def compiled(decoding: Running) -> None:
        torch._dynamo.reset()
        step = torch.compile(decoding.step, fullgraph=True, backend="eager")
        for _ in range(3):
            step()

    def plain(decoding: Running) -> None:
        for _ in range(3):
            decoding.step()

    made, changed = after(engine, compiled)
    expected, moved = after(engine, plain)
    assert int((expected > 0).sum()) > len(rows())
    assert torch.equal(made, expected)
    assert torch.allclose(changed, moved)


def test_a_step_needs_no_data(engine: BatchedEngine) -> None:
    with torch.inference_mode():
        decoding = Running(engine)
        with FakeTensorMode(allow_non_fake_inputs=True):
            decoding.state = DecodeState(
                **{name: torch.empty_like(tensor) for name, tensor in vars(decoding.state).items()}
            )
            decoding.step()


def test_a_step_never_waits_for_the_device(engine: BatchedEngine) -> None:
    waits = Waits(engine._model.shape.device)
    with torch.inference_mode():
        decoding = Running(engine)
        with waits.counting():
            for _ in range(4):
                decoding.step()
    assert waits.counts == {}


def mixed_rows() -> list[Row]:
    """Rows of unequal length under every registered edit, sampled in every way."""
    edits = [make_edit(kind, params) for kind, params in EDIT_VARIANTS]
    applied = [replace(add_edit(HIDDEN, n % 3), edit=edit, fitted=fitted_for(edit)) for n, edit in enumerate(edits)]
    decodings = [Decoding(1.0, 0, 1.0, 30), Decoding(0.7, 5, 0.9, 22), Decoding(0.0, 0, 1.0, 9)]
    return [
        row(f"{n}", prompt(5 + n % 7, n), decodings[n % 3], [None, *applied][n % (1 + len(applied))], 0.5 * n)
        for n in range(3 * (1 + len(applied)))
    ]


def test_a_block_waits_only_when_it_looks_which_rows_have_ended(
    engine: BatchedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = Waits(engine._model.shape.device)
    begun: Counter[str] = Counter()

    def phased(owner: Any, method: str, phase: str, stays: bool) -> None:
        original = getattr(owner, method)

        def entered(*args: Any) -> Any:
            before, waits.phase = waits.phase, phase
            begun[phase] += 1
            result = original(*args)
            waits.phase = phase if stays else before
            return result

        monkeypatch.setattr(owner, method, entered)

    # A step lasts until the next of these: the sampling of its tokens is part of it.
    phased(FoldedBatch, "step", "step", stays=True)
    phased(_Decoder, "_look", "look", stays=False)
    phased(_Decoder, "_seat", "seat", stays=True)
    phased(_Decoder, "_step_until_free", "seat", stays=True)
    block = mixed_rows()
    with waits.counting():
        result = engine.generate(block, 6, 3, lambda: None)
    assert begun["step"] == result.steps > 60
    assert waits.of("step") == {}
    # Counts, which rows live and which failed; then what the rows that ended said and how far they were moved.
    assert 0 < sum(waits.of("look").values()) <= 3 * begun["look"] + 5 * len(block)
    assert begun["look"] <= begun["step"] / STEPS_A_LOOK_ELSEWHERE + begun["seat"]


def test_a_block_looks_at_its_rows_only_every_few_steps(engine: BatchedEngine) -> None:
    looks: list[int] = []
    result = engine.generate(rows(), 6, 3, lambda: looks.append(1))
    assert STEPS_A_LOOK_ELSEWHERE > 1
    assert len(looks) <= 2 + result.steps // STEPS_A_LOOK_ELSEWHERE
