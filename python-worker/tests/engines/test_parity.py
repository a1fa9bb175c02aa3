"""The engine computes what Hugging Face's eager model computes."""

import pytest
import torch

from steering_worker.engines.engine import Continuation
from tests.engines.conftest import WINDOW, Pair, add_edit, greedy, idle, prompt, row
from tests.engines.reference import agree, greedy_reference, logits_of, residuals_of

LENGTHS = (5, WINDOW - 1, WINDOW, WINDOW + 1, 3 * WINDOW)


def close(ours: torch.Tensor, theirs: torch.Tensor) -> bool:
    return float((ours - theirs).abs().max()) <= 1e-5 * float(theirs.abs().max())


def test_residuals_of_ragged_prompts_equal_hugging_face_at_every_layer(pair: Pair) -> None:
    prompts = [prompt(length) for length in LENGTHS]
    layers = range(pair.loaded.layers)
    ours = pair.engine.residuals(prompts, list(layers), idle)
    for asked, residual in zip(prompts, ours, strict=True):
        seen = residuals_of(pair.plain, asked)
        assert residual.shape == (len(asked.ids), len(layers), pair.loaded.d_model)
        assert residual.dtype == torch.float32
        assert all(close(residual[:, layer], seen[layer]) for layer in layers)


def test_greedy_tokens_equal_hugging_face_generate(pair: Pair) -> None:
    prompts = [prompt(length) for length in LENGTHS]
    block = pair.engine.generate([row(str(n), p, greedy(12)) for n, p in enumerate(prompts)], 3, 0, idle)
    for asked, made in zip(prompts, block.rows, strict=True):
        ids = torch.tensor([asked.ids])
        theirs = pair.plain.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=12,
            do_sample=False,
            top_k=None,
            top_p=None,
            eos_token_id=sorted(pair.loaded.end_ids),
        )[0, len(asked.ids) :].tolist()
        _, leads = greedy_reference(pair.plain, asked, len(theirs), pair.loaded.end_ids, None, 0.0)
        assert agree(made.token_ids, theirs, leads)
        assert made.stop == ("end" if theirs[-1] in pair.loaded.end_ids else "length")


@pytest.mark.parametrize("positions", ["all", "prompt", "content", "generated"])
def test_edited_rows_equal_a_raw_hook_on_hugging_face(pair: Pair, positions) -> None:
    edit = add_edit(pair.loaded.d_model, 1, positions)
    cases = [(prompt(length), strength) for length in (6, WINDOW, 2 * WINDOW) for strength in (-2.0, 0.5, 4.0)]
    rows = [row(f"{positions}{n}", asked, greedy(6), edit, c) for n, (asked, c) in enumerate(cases)]
    for (asked, strength), made in zip(cases, pair.engine.generate(rows, 4, 0, idle).rows, strict=True):
        wanted, leads = greedy_reference(pair.plain, asked, 6, pair.loaded.end_ids, edit, strength)
        assert agree(made.token_ids, wanted, leads)
        expected = abs(strength) * float(edit.fitted["vector"].norm())
        assert made.applied_norm == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("positions", ["all", "prompt", "content", "generated"])
def test_log_probabilities_equal_hugging_face_under_any_edit_or_none(pair: Pair, positions) -> None:
    edit = add_edit(pair.loaded.d_model, 1, positions)
    items = [
        Continuation(f"{n}", prompt(length, n), prompt(more + 1, n).ids[1:], applied, 1.5)
        for n, (length, more) in enumerate([(5, 1), (WINDOW, 4), (2 * WINDOW, 2), (9, 7)])
        for applied in (None, edit)
    ]
    result = pair.engine.logprobs(items, 3, idle)
    assert result.realised_rows == 3
    for item, measured in zip(items, result.items, strict=True):
        logits = logits_of(pair.plain, item.prompt, list(item.continuation), item.edit, item.strength)
        theirs = logits.log_softmax(-1)[len(item.prompt.ids) - 1 : -1]
        wanted = theirs.gather(1, torch.tensor(item.continuation)[:, None])[:, 0]
        assert measured.error is None
        assert torch.allclose(torch.tensor(measured.logprobs), wanted, atol=2e-5, rtol=1e-5)
