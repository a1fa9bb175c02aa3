"""Divergences on neutral texts equal a direct computation on Hugging Face's model, for every engine."""

import pytest
import torch

from steering_worker.engines.engine import AppliedEdit, Condition
from steering_worker.prompt import Prompt
from tests.engines.conftest import WINDOW, Pair, add_edit, idle, prompt
from tests.engines.reference import logits_of

TEXTS = [prompt(5), prompt(2 * WINDOW, 1), prompt(WINDOW, 2)]


def direct(pair: Pair, edit: AppliedEdit, strength: float) -> float:
    """KL(unsteered || steered), the mean over all positions of all texts but `<bos>`."""
    positions = []
    for text in TEXTS:
        everywhere = AppliedEdit(edit.edit, edit.fitted, edit.layers, "all")
        unsteered, steered = (
            logits_of(pair.plain, text, [], applied, strength)[1:].double().log_softmax(-1)
            for applied in (None, everywhere)
        )
        positions.append((unsteered.exp() * (unsteered - steered)).sum(-1))
    return float(torch.cat(positions).mean())


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_divergences_equal_a_direct_computation(pair: Pair, rows: int) -> None:
    edits = [add_edit(pair.loaded.d_model, layer, "all", layer) for layer in range(pair.loaded.layers)]
    edits += [add_edit(pair.loaded.d_model, 1, "generated", 9), add_edit(pair.loaded.d_model, 0, "content", 9)]
    items = [Condition(f"{n}/{c}", edit, c) for n, edit in enumerate(edits) for c in (-2.0, 0.3, 5.0)]
    result = pair.engine.divergences(TEXTS, items, rows, idle)
    assert result.realised_rows == rows
    for item, found in zip(items, result.items, strict=True):
        assert found.error is None
        assert found.kl == pytest.approx(direct(pair, item.edit, item.strength), rel=1e-4, abs=1e-7)


def test_a_neutral_edit_diverges_nowhere_and_more_strength_diverges_more(pair: Pair) -> None:
    edit = add_edit(pair.loaded.d_model, 1)
    items = [Condition(str(c), edit, c) for c in (0.0, 0.1, 1.0, 3.0)]
    nats = [found.kl for found in pair.engine.divergences(TEXTS, items, 4, idle).items]
    assert nats[0] == pytest.approx(0, abs=1e-8)
    assert nats == sorted(nats)
    assert nats[1] > 0


class Overflowing:
    kind, axis, units, neutral, tensors, params_model = "overflowing", "none", ("raw",), None, (), None

    def edit(self, resid, clean, fitted, strength, mask):
        return torch.where(mask[..., None] & (strength > 1)[:, None, None], torch.inf, resid)


def test_logits_that_are_not_finite_give_an_error_and_a_zero(pair: Pair) -> None:
    edit = AppliedEdit(Overflowing(), {}, (1,), "all")
    bad, good = pair.engine.divergences(TEXTS, [Condition("a", edit, 2.0), Condition("b", edit, 0.5)], 2, idle).items
    assert (bad.kl, bad.error) == (0.0, "non_finite_logits")
    assert (good.kl, good.error) == (pytest.approx(0, abs=1e-8), None)


def test_memory_for_fewer_rows_gives_the_same_divergences(text: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gc.collect", lambda: 0)
    edit = add_edit(text.loaded.d_model, 1)
    items = [Condition(str(c), edit, c) for c in (0.5, 1.0, 1.5, 2.0, 2.5)]
    whole = text.engine.divergences(TEXTS, items, 5, idle)
    layered = text.engine._layered
    original = layered.blocks

    def limited(resid, *arguments):
        if resid.shape[0] > 2:
            raise torch.OutOfMemoryError("out of memory")
        return original(resid, *arguments)

    monkeypatch.setattr(layered, "blocks", limited)
    cut = text.engine.divergences([Prompt(t.ids, t.content) for t in TEXTS], items, 5, idle)
    assert (whole.realised_rows, cut.realised_rows) == (5, 2)
    assert [found.kl for found in cut.items] == pytest.approx([found.kl for found in whole.items], rel=1e-5)
