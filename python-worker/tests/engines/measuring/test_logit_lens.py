"""The logit lens equals Hugging Face's final norm and head on the residuals after each block, for every engine."""

import pytest
import torch

from tests.engines.conftest import WINDOW, Pair, idle, prompt
from tests.engines.reference import logits_of, residuals_of


def norm_of(pair: Pair) -> torch.nn.Module:
    inner = pair.plain.model
    return (inner.language_model if hasattr(inner, "language_model") else inner).norm


def test_readings_equal_norm_and_head_on_the_residuals(pair: Pair) -> None:
    prompts = [prompt(length, length) for length in (3, WINDOW, 3 * WINDOW, 4)]
    tokens = [(11, 250), (40, 41, 42), (7,), (299, 8)]
    found = pair.engine.logit_lens(prompts, tokens, idle)
    for asked, wanted, reading in zip(prompts, tokens, found, strict=True):
        assert reading.shape == (pair.loaded.layers, len(wanted), 2)
        assert reading.dtype == torch.float32
        for layer, resid in enumerate(residuals_of(pair.plain, asked)):
            with torch.no_grad():
                logits = pair.plain.lm_head(norm_of(pair)(resid[-1]))
            values = logits.log_softmax(-1)
            for column, token in enumerate(wanted):
                assert float(reading[layer, column, 0]) == pytest.approx(float(values[token]), abs=1e-4)
                assert int(reading[layer, column, 1]) == int((logits > logits[token]).sum())


def test_the_last_block_says_what_the_model_says(pair: Pair) -> None:
    asked = prompt(12)
    logits = logits_of(pair.plain, asked, [], None, 0.0)[-1]
    best = int(logits.argmax())
    (reading,) = pair.engine.logit_lens([asked], [(best,)], idle)
    assert float(reading[-1, 0, 0]) == pytest.approx(float(logits.log_softmax(-1)[best]), abs=1e-4)
    assert float(reading[-1, 0, 1]) == 0
