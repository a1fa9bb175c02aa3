"""`auto` takes the faster engine only where it agrees with the reference, and says so."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from steering_worker.engines import on_module, registry
from steering_worker.engines.batched import folded_model
from steering_worker.engines.batched.folded_weights import FoldedWeights
from steering_worker.engines.made_engine import MadeEngine, ModelSource
from steering_worker.engines.registry import ENGINES, EngineChoice, make_engine
from steering_worker.errors import WorkerError
from steering_worker.models.load import load_model
from steering_worker.progress import Progress
from tests.checkpoints import make_multimodal_checkpoint, make_text_checkpoint
from tests.engines.conftest import greedy, idle, prompt, row


@pytest.fixture(scope="module", params=["text", "multimodal"])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    make = make_text_checkpoint if request.param == "text" else make_multimodal_checkpoint
    return make(tmp_path_factory.mktemp(request.param), layers=3)


def made(folder: Path, engine: str, dtype: str = "float32") -> Any:
    return make_engine(ModelSource(str(folder), None, "cpu", dtype), engine, idle)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_auto_takes_the_engine_that_agrees_and_says_how_closely(folder: Path, dtype: str) -> None:
    found = made(folder, "auto", dtype)
    assert (found.engine.name, found.fallback) == ("batched", False)
    assert "agrees with transformer_lens" in found.reason


def test_one_copy_of_the_weights_is_left(folder: Path) -> None:
    found = made(folder, "auto")
    assert sum(parameter.numel() for parameter in found.loaded.model.parameters()) == 0


def test_the_reference_is_taken_where_it_is_asked_for(folder: Path) -> None:
    found = made(folder, "transformer_lens")
    assert (found.engine.name, found.reason) == ("transformer_lens", "the experiment asks for it")


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch):
    """The faster engine with one of its weights wrong."""
    fold = folded_model.FoldedModel.__init__

    def spoil(self: Any, shape: Any, weights: FoldedWeights) -> None:
        first = weights.blocks[0]
        spoiled = replace(first, qk_scale=first.qk_scale * 1.2)
        fold(self, shape, replace(weights, blocks=(spoiled, *weights.blocks[1:])))

    monkeypatch.setattr(folded_model.FoldedModel, "__init__", spoil)


def test_auto_falls_back_to_a_working_reference_where_they_differ(folder: Path, wrong: None) -> None:
    rows = [row("a", prompt(9), greedy(6))]
    wanted = made(folder, "transformer_lens").engine.generate(rows, 1, 0, idle)
    found = made(folder, "auto")
    assert (found.engine.name, found.fallback) == ("transformer_lens", True)
    assert "does not agree" in found.reason
    assert found.engine.generate(rows, 1, 0, idle) == wanted


def test_the_faster_engine_is_refused_where_it_was_asked_for_and_differs(folder: Path, wrong: None) -> None:
    with pytest.raises(WorkerError) as caught:
        made(folder, "batched")
    assert caught.value.code == "engine_disagrees"


def test_a_model_that_the_faster_engine_does_not_know_is_left_to_the_reference(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def capped(*arguments: Any) -> Any:
        loaded = load_model(*arguments)
        return replace(loaded, architecture=replace(loaded.architecture, attention_cap=50.0))

    monkeypatch.setattr(on_module, "load_model", capped)
    found = made(folder, "auto")
    assert (found.engine.name, found.fallback) == ("transformer_lens", False)
    assert "attn_logit_softcapping" in found.reason
    with pytest.raises(WorkerError) as caught:
        made(folder, "batched")
    assert caught.value.code == "engine_unsupported"


def test_an_unknown_engine_is_refused_before_the_model_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(WorkerError) as caught:
        made(tmp_path / "absent", "fast")
    assert caught.value.code == "unknown_engine"
    assert all(f"`{name}`" in caught.value.message for name in ENGINES)


def test_an_engine_loads_its_model_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = MadeEngine(cast(Any, "a model without a module"), cast(Any, "its engine"), "the experiment asks for it")
    asked = []

    def served(source: ModelSource, progress: Progress) -> MadeEngine:
        asked.append(source)
        return opened

    monkeypatch.setattr(registry, "ENGINES", {**ENGINES, "served": EngineChoice("Somebody's server.", served)})
    source = ModelSource("someone/model", "main", "cuda:1", "bfloat16")
    assert make_engine(source, "served", idle) is opened
    assert asked == [source]
    assert registry.engine_entries()[-1] == {"name": "served", "summary": "Somebody's server."}
