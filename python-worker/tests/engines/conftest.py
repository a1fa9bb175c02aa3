"""Tiny models under the engine, each beside an untouched Hugging Face instance of the same checkpoint."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from steering_worker.directions.direction import NoParams
from steering_worker.edits.add import Add
from steering_worker.engines.batched import batched
from steering_worker.engines.engine import AppliedEdit, Decoding, Positions, Row
from steering_worker.engines.on_module import ON_MODULE, REFERENCE
from steering_worker.models.load import load_model
from steering_worker.models.loaded import HuggingFaceModel
from steering_worker.prompt import Prompt
from tests.checkpoints import BOS, make_multimodal_checkpoint, make_text_checkpoint

WINDOW = 16
VOCAB = 300


@dataclass(frozen=True)
class Pair:
    loaded: HuggingFaceModel
    engine: Any
    plain: Any


#: Every engine, and `batched` as it runs on devices for which matrices are not packed.
VARIANTS = (*ON_MODULE, "batched, unpacked")


def make_variant(name: str, loaded: HuggingFaceModel) -> Any:
    if name != "batched, unpacked":
        return ON_MODULE[name](loaded)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batched, "packs", lambda device, dtype: False)
        return ON_MODULE["batched"](loaded)


def make_pair(folder: Path, engine: str = REFERENCE) -> Pair:
    loaded = load_model(str(folder), None, "cpu", "float32", lambda: None)
    plain = getattr(transformers, loaded.model_class).from_pretrained(
        folder, attn_implementation="eager", dtype=torch.float32
    )
    return Pair(loaded, make_variant(engine, loaded), plain.eval())


@pytest.fixture(scope="session", params=ON_MODULE)
def text(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Every registered engine on a text checkpoint."""
    folder = tmp_path_factory.mktemp(f"text-{request.param}")
    return make_pair(make_text_checkpoint(folder, layers=3), request.param)


@pytest.fixture(scope="session")
def hooked(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The reference engine, for what concerns its hooks."""
    return make_pair(make_text_checkpoint(tmp_path_factory.mktemp("text"), layers=3))


@pytest.fixture(scope="session")
def multimodal(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return make_pair(make_multimodal_checkpoint(tmp_path_factory.mktemp("multimodal"), layers=3, sharded=False))


@pytest.fixture(scope="session", params=[(engine, kind) for engine in VARIANTS for kind in ("text", "multimodal")])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Every variant of an engine on every kind of checkpoint: what the contract of an engine is tested on."""
    engine, kind = request.param
    folder = tmp_path_factory.mktemp(f"{engine}-{kind}")
    if kind == "text":
        return make_pair(make_text_checkpoint(folder, layers=3), engine)
    return make_pair(make_multimodal_checkpoint(folder, layers=3, sharded=False), engine)


@contextmanager
def watched(pair: Pair, called: Callable[[str, Any, Any], None]) -> Iterator[None]:
    """Calls `called(name, first argument, result)` after every `prefill`, `step` and `logits` of the batches."""
    original = pair.engine._open_batch

    @contextmanager
    def watching(rows: Sequence[Row], places: int) -> Iterator[Any]:
        with original(rows, places) as batch:
            for name in ("prefill", "step", "logits"):
                setattr(batch, name, _reporting(getattr(batch, name), name, called))
            yield batch

    pair.engine._open_batch = watching
    try:
        yield
    finally:
        pair.engine._open_batch = original


def _reporting(method: Any, name: str, called: Callable[[str, Any, Any], None]) -> Any:
    def reported(first: Any, *arguments: Any) -> Any:
        result = method(first, *arguments)
        called(name, first, result)
        return result

    return reported


def idle() -> None:
    """Progress that nobody follows."""


def prompt(length: int, seed: int = 0) -> Prompt:
    """`<bos>` and random ids; the middle third is content."""
    generator = torch.Generator().manual_seed(1000 * seed + length)
    ids = torch.randint(7, VOCAB, (length - 1,), generator=generator).tolist()
    return Prompt((BOS, *ids), tuple(length <= 3 * i < 2 * length for i in range(length)))


def add_edit(d_model: int, layer: int | tuple[int, ...], positions: Positions = "all", seed: int = 0) -> AppliedEdit:
    vector = torch.randn(d_model, generator=torch.Generator().manual_seed(seed))
    return AppliedEdit(Add(NoParams()), {"vector": vector}, layer if isinstance(layer, tuple) else (layer,), positions)


def greedy(tokens: int) -> Decoding:
    return Decoding(0.0, 0, 1.0, tokens)


def sampled(tokens: int) -> Decoding:
    return Decoding(1.0, 0, 1.0, tokens)


def row(name: str, asked: Prompt, decoding: Decoding, edit: AppliedEdit | None = None, strength: float = 0.0) -> Row:
    return Row(name, asked, edit, strength, decoding)
