"""The planner's parts are the bytes of the real tensors, and rows are picked so that they fit."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from steering_worker.engines.batched import batched
from steering_worker.engines.batched.batch import FoldedBatch
from steering_worker.engines.batched.batched import BatchedEngine
from steering_worker.engines.batched.block_size import size_of
from steering_worker.engines.batched.memory_plan import SHARE, rows_that_fit
from steering_worker.engines.engine import Decoding, Row
from steering_worker.models.load import load_model
from tests.checkpoints import make_text_checkpoint
from tests.engines.conftest import WINDOW, add_edit, greedy, idle, prompt, row, sampled
from tests.engines.live_memory import bytes_of, peak_of_tensors

HIDDEN = 128
ATTENTION = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 32, "query_pre_attn_scalar": 32}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_text_checkpoint(tmp_path_factory.mktemp("plan"), layers=6, hidden=HIDDEN, attention=ATTENTION)


@pytest.fixture(scope="module", params=["float32", "bfloat16"])
def engine(checkpoint: Path, request: pytest.FixtureRequest) -> BatchedEngine:
    return BatchedEngine(load_model(str(checkpoint), None, "cpu", request.param, lambda: None))


def block(
    count: int, length: int, decoding: Decoding, prompts: int, layers: Sequence[tuple[int, ...]] = ((3,),)
) -> list[Row]:
    edits = [add_edit(HIDDEN, layers[seed % len(layers)], seed=seed) for seed in range(3)]
    return [
        row(f"{n}", prompt(length - n % 3, n % prompts), decoding, edits[n // prompts % 3], 1.0 + n // prompts)
        for n in range(count)
    ]


def test_the_weights_are_those_of_the_checkpoint_but_for_the_norms_that_are_folded(checkpoint: Path) -> None:
    loaded = load_model(str(checkpoint), None, "cpu", "float32", lambda: None)
    folded = ("input_layernorm", "pre_feedforward_layernorm", "q_norm", "k_norm")
    kept = [p for name, p in loaded.model.named_parameters() if not any(norm in name for norm in folded)]
    scales = 6 * (4 + 2) * 32 * 4
    expected = bytes_of(*kept) + scales
    engine = BatchedEngine(loaded)
    assert engine.plan(size_of(block(2, 5, greedy(2), 1), 520), 2).weights == expected


@pytest.mark.parametrize(("length", "tokens"), [(5, 3), (9, 2 * WINDOW), (3 * WINDOW, 4)])
def test_the_cache_is_the_bytes_of_its_tensors(engine: BatchedEngine, length: int, tokens: int) -> None:
    rows = block(7, length, greedy(tokens), 2)
    batch = FoldedBatch(engine._model, rows, 5)
    held = [tensor for layer in batch._cache.layers for tensor in layer]
    assert engine.plan(size_of(rows, engine._model.shape.vocab_size), 5).cache == bytes_of(*held)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(block(96, 8, sampled(40), 4), id="logits"),
        pytest.param(block(96, 8, Decoding(1.0, 0, 0.9, 40), 4), id="nucleus"),
        pytest.param(block(96, 8, greedy(200), 4), id="cache"),
        pytest.param(block(96, 90, greedy(6), 32), id="prompts"),
        pytest.param(block(96, 300, greedy(2), 96), id="prefill in several passes"),
        pytest.param(block(96, 90, greedy(6), 32, [(1, 3), (1, 2, 4, 5)]), id="several layers"),
    ],
)
def test_the_plan_is_within_15_percent_of_the_peak_of_tensors(engine: BatchedEngine, rows: Sequence[Row]) -> None:
    plan = engine.plan(size_of(rows, engine._model.shape.vocab_size), len(rows))
    measured = peak_of_tensors(lambda: engine.generate(rows, len(rows), 0, idle))
    assert plan.beyond_weights == pytest.approx(measured, rel=0.15)


def test_a_row_parts_from_its_prompt_once_and_adds_one_vector_however_many_layers_are_edited() -> None:
    size = size_of(block(12, 9, greedy(4), 2, [(1, 3), (0, 2, 4, 5), (1,)]), 520)
    assert (size.partings, size.vectors) == ((0, 1), 3)


def test_no_more_rows_are_taken_than_fit_and_no_fewer(engine: BatchedEngine) -> None:
    rows = block(64, 9, sampled(50), 4)
    size = size_of(rows, engine._model.shape.vocab_size)
    picked = []
    for free in range(100_000, 30_000_000, 500_000):
        count = rows_that_fit(engine._model, size, 64, free)
        picked.append(count)
        assert count == 1 or engine.plan(size, count).beyond_weights <= SHARE * free
        assert count == 64 or engine.plan(size, count + 1).beyond_weights > SHARE * free
    assert picked[0] == 1 and picked[-1] == 64 and len(set(picked)) > 10


def test_a_block_that_does_not_fit_runs_with_fewer_rows_and_says_so(
    engine: BatchedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = block(24, 9, greedy(12), 4)
    whole = engine.generate(rows, 24, 0, idle)
    half = engine.plan(size_of(rows, engine._model.shape.vocab_size), 10).beyond_weights
    asked: list[Any] = []
    monkeypatch.setattr(batched, "free_bytes", lambda device: asked.append(device) or int(half / SHARE) + 1)
    cut = engine.generate(rows, 24, 0, idle)
    assert (whole.realised_rows, cut.realised_rows) == (24, 10)
    assert asked == [torch.device("cpu")]
    assert engine.generate(rows, 3, 0, idle).realised_rows == 3
