"""What an edit at several layers shares with its neighbours in a batch, and what it leaves alone."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from steering_worker.engines.edit_groups import EditedRow, Edits
from steering_worker.engines.engine import AppliedEdit, Continuation
from tests.engines.conftest import Pair, add_edit, idle, prompt
from tests.engines.test_layers import SEVERAL, ablation


def test_masked_positions_and_neutral_rows_come_out_bit_identical_after_each_layer(pair: Pair) -> None:
    resid = torch.randn(3, 4, pair.loaded.d_model, generator=torch.Generator().manual_seed(5))
    mask = torch.tensor([False, True, False, True])
    applied = ablation(pair, "all")
    edits = Edits(3, torch.device("cpu"))
    edits.set([EditedRow(n, applied, c, mask, n) for n, c in ((0, 0.0), (2, 1.0))])
    assert edits.layers == applied.layers
    for layer in applied.layers:
        edited = edits(layer, resid)
        assert torch.equal(edited[:2], resid[:2])
        assert torch.equal(edited[2, ~mask], resid[2, ~mask])
        assert not torch.equal(edited[2, mask], resid[2, mask])


def test_a_block_that_answers_its_last_positions_only_is_edited_there(pair: Pair) -> None:
    resid = torch.randn(1, 4, pair.loaded.d_model, generator=torch.Generator().manual_seed(5))
    edits = Edits(1, torch.device("cpu"))
    edits.set([EditedRow(0, ablation(pair, "all"), 1.0, torch.tensor([True, False, True, False]), 0)])
    whole = edits(2, resid)
    assert torch.equal(edits(2, resid[:, -2:]), whole[:, -2:])


def counted_blocks(pair: Pair, monkeypatch: pytest.MonkeyPatch, seen: Callable[..., None]) -> None:
    layered = pair.engine._layered
    original = layered.blocks

    def counted(resid: Tensor, placed: Any, first: int, stop: int, *last: Any) -> Tensor:
        out: Tensor = original(resid, placed, first, stop, *last)
        seen(out, range(first, stop))
        return out

    monkeypatch.setattr(layered, "blocks", counted)


def test_the_blocks_up_to_the_first_edited_one_read_each_sequence_once(
    text: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit = add_edit(text.loaded.d_model, (1, 2))
    items = [Continuation(f"{n}/{c}", prompt(9, n), (7, 8), edit, float(c)) for n in range(3) for c in range(20)]
    read: Counter[int] = Counter()
    counted_blocks(text, monkeypatch, lambda out, blocks: read.update({block: out.shape[0] for block in blocks}))
    text.engine.logprobs(items, 8, idle)
    assert dict(read) == {0: 3, 1: 3, 2: 60}


def test_the_last_block_answers_only_what_is_asked_for_where_it_is_one_of_several(
    text: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [
        Continuation(f"{layers}", prompt(20), prompt(6, 1).ids[1:], add_edit(text.loaded.d_model, layers), 2.0)
        for layers in SEVERAL
    ]
    answered: list[int] = []

    def seen(out: Tensor, blocks: range) -> None:
        if blocks.stop == text.loaded.layers and len(blocks):
            answered.append(out.shape[1])

    counted_blocks(text, monkeypatch, seen)
    text.engine.logprobs(items, 4, idle)
    assert answered and set(answered) == {5}


class ReadsClean:
    """Returns the unedited residual, which it does not say that it needs."""

    kind, axis, units, neutral, tensors = "reads_clean", "none", ("raw",), None, ()

    def edit(self, resid: Tensor, clean: Tensor, fitted: object, strength: Tensor, mask: Tensor) -> Tensor:
        return torch.where(mask[..., None], clean, resid)


@pytest.mark.parametrize(("layers", "error"), [((1,), None), ((0, 1), "non_finite_logits")])
def test_the_unedited_residual_is_not_a_number_where_several_layers_are_edited(
    pair: Pair, layers: tuple[int, ...], error: str | None
) -> None:
    edit = AppliedEdit(ReadsClean(), {}, layers, "all")
    (measured,) = pair.engine.logprobs([Continuation("a", prompt(6), (7, 8), edit, 1.0)], 1, idle).items
    assert measured.error == error
