"""How fast an engine decodes."""

import pytest

from steering_worker.engines.shape import shape_of
from steering_worker.engines.speed import decode_rate as module
from steering_worker.engines.speed.decode_rate import PROMPT_TOKENS, columns_of, decode_rate
from tests.engines.conftest import Pair, idle, watched


def test_rows_are_decoded_together_and_their_tokens_counted(text: Pair) -> None:
    steps: list[int] = []
    with watched(text, lambda name, first, _: steps.append(len(first)) if name == "step" else None):
        found = decode_rate(text.engine, shape_of(text.loaded), 8, 9, idle)
    assert found.tokens_per_second > 0
    assert found.realised_rows == 8
    assert 4 < found.rows <= 8
    assert max(steps) == 8


def test_a_slow_device_is_asked_once(text: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.0)
    asked: list[int] = []
    generate = text.engine.generate
    monkeypatch.setattr(
        text.engine, "generate", lambda rows, *rest: asked.append(rows[0].decoding.max_tokens) or generate(rows, *rest)
    )
    decode_rate(text.engine, shape_of(text.loaded), 2, 6, idle)
    assert asked == [4, 6]


def test_each_step_looks_at_one_column_more() -> None:
    assert list(columns_of(4)) == [PROMPT_TOKENS + 1, PROMPT_TOKENS + 2, PROMPT_TOKENS + 3]
