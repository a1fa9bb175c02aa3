"""A decoding step has static shapes, waits for nothing and branches on no data: what a captured kernel asks of it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode

from steering_worker.engines.batched.batch import FoldedBatch
from steering_worker.engines.batched.batched import BatchedEngine
from steering_worker.engines.decode import STEPS_A_LOOK_ELSEWHERE
from steering_worker.engines.decode_state import DecodeState, make_state
from steering_worker.engines.engine import Decoding, Row
from steering_worker.engines.running_batch import Seat
from steering_worker.engines.sampling import kinds_of
from steering_worker.models.load import load_model
from tests.checkpoints import make_text_checkpoint
from tests.engines.conftest import WINDOW, add_edit, make_variant, prompt, row

HIDDEN = 32
#: Operations after which the host has to know what the device found, or whose result has a shape of its own.
WAITING = ("_local_scalar_dense", "nonzero", "masked_select", "item", "equal", "is_nonzero", "unique")


class Waits(TorchDispatchMode):
    """Counts operations that make the host wait."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        name = func.overloadpacket.__name__
        masked = name.startswith("index") and any(
            isinstance(part, Tensor) and part.dtype == torch.bool
            for index in args[1:2]
            if isinstance(index, list | tuple)
            for part in index
        )
        if name in WAITING or masked:
            self.counts[name] += 1
        return func(*args, **(kwargs or {}))


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
    with torch.inference_mode():
        decoding = Running(engine)
        with Waits() as waits:
            for _ in range(4):
                decoding.step()
    assert waits.counts == {}


def test_the_counter_sees_what_waits() -> None:
    values = torch.arange(4)
    with Waits() as waits:
        values[0].item()
        values[values > 1]
        bool((values > 1).any())
    assert sum(waits.counts.values()) >= 3


def test_a_block_looks_at_its_rows_only_every_few_steps(engine: BatchedEngine) -> None:
    looks: list[int] = []
    result = engine.generate(rows(), 6, 3, lambda: looks.append(1))
    assert STEPS_A_LOOK_ELSEWHERE > 1
    assert len(looks) <= 2 + result.steps // STEPS_A_LOOK_ELSEWHERE
