"""What lies below an edit is computed once, and the numbers stay those of the plain path."""

from collections import Counter

import pytest
import torch

from steering_worker.engines.engine import AppliedEdit, Continuation
from steering_worker.engines.measuring.sequences import token_sequences
from tests.engines.conftest import WINDOW, Pair, add_edit, idle, prompt
from tests.engines.reference import logits_of

POSITIONS = ("all", "prompt", "content", "generated")


def continuation(length: int, seed: int) -> tuple[int, ...]:
    return prompt(length + 1, seed).ids[1:]


def plain_logprobs(pair: Pair, item: Continuation) -> torch.Tensor:
    logits = logits_of(pair.plain, item.prompt, list(item.continuation), item.edit, item.strength)
    theirs = logits.log_softmax(-1)[len(item.prompt.ids) - 1 : -1]
    return theirs.gather(1, torch.tensor(item.continuation)[:, None])[item.skip :, 0]


def close(ours: tuple[float, ...], theirs: torch.Tensor) -> bool:
    return torch.allclose(torch.tensor(ours), theirs, rtol=1e-5, atol=1e-5)


def test_many_strengths_positions_and_layers_equal_one_plain_pass_each(text: Pair) -> None:
    edits = [add_edit(text.loaded.d_model, layer, p, layer) for layer in range(text.loaded.layers) for p in POSITIONS]
    lengths = [(4, 3), (WINDOW, 6), (WINDOW + 5, WINDOW), (3 * WINDOW, 2)]
    items = [
        Continuation(f"{n}/{m}/{c}", prompt(length, n), continuation(more, n), edit, c, skip=n % 2)
        for n, (length, more) in enumerate(lengths)
        for m, edit in enumerate([None, *edits])
        for c in ((0.0,) if edit is None else (-1.5, 0.25, 4.0))
    ]
    found = text.engine.logprobs(items, 7, idle)
    assert found.realised_rows == 7
    for item, measured in zip(items, found.items, strict=True):
        assert measured.error is None
        assert len(measured.logprobs) == len(item.continuation) - item.skip
        assert close(measured.logprobs, plain_logprobs(text, item)), item.id


@pytest.mark.parametrize("rows", [1, 3, 64])
def test_rows_cap_every_pass_and_change_nothing(text: Pair, monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    edit = add_edit(text.loaded.d_model, 1)
    items = [
        Continuation(f"{n}/{c}", prompt(9 + n, n), continuation(4, n), edit, float(c))
        for n in range(3)
        for c in range(5)
    ]
    widest = []
    layered = text.engine._layered
    original = layered.blocks

    def counted(resid, *arguments):
        widest.append(resid.shape[0])
        return original(resid, *arguments)

    monkeypatch.setattr(layered, "blocks", counted)
    found = text.engine.logprobs(items, rows, idle)
    assert max(widest) <= rows
    for item, measured in zip(items, found.items, strict=True):
        assert close(measured.logprobs, plain_logprobs(text, item))


def test_the_blocks_below_the_edit_read_each_sequence_once(text: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    edit = add_edit(text.loaded.d_model, 1)
    items = [Continuation(f"{n}/{c}", prompt(9, n), (7, 8), edit, float(c)) for n in range(3) for c in range(20)]
    read: Counter[int] = Counter()
    layered = text.engine._layered
    original = layered.blocks

    def counted(resid, placed, first, stop, *last):
        read.update({block: resid.shape[0] for block in range(first, stop)})
        return original(resid, placed, first, stop, *last)

    monkeypatch.setattr(layered, "blocks", counted)
    text.engine.logprobs(items, 8, idle)
    assert dict(read) == {0: 3, 1: 3, 2: 60}


def test_the_last_block_answers_only_the_positions_that_are_asked_for(
    text: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers = text.loaded.layers
    edits = [None, *(add_edit(text.loaded.d_model, layer) for layer in range(layers))]
    items = [Continuation(f"{n}", prompt(20), continuation(5, 1), edit, 2.0) for n, edit in enumerate(edits)]
    answered = []
    layered = text.engine._layered
    original = layered.blocks

    def seen(resid, placed, first, stop, *last):
        out = original(resid, placed, first, stop, *last)
        if stop == layers and first < stop:
            answered.append(out.shape[1])
        return out

    monkeypatch.setattr(layered, "blocks", seen)
    found = text.engine.logprobs(items, 4, idle)
    # Five tokens are asked for after the prompt's last and the first four of their own.
    assert answered and set(answered) == {5}
    for item, measured in zip(items, found.items, strict=True):
        assert close(measured.logprobs, plain_logprobs(text, item))


def test_a_neutral_edit_measures_what_no_edit_does(text: Pair) -> None:
    edits: list[AppliedEdit | None] = [None, *(add_edit(text.loaded.d_model, layer) for layer in range(3))]
    items = [Continuation(str(n), prompt(20), continuation(5, 1), edit, 0.0) for n, edit in enumerate(edits)]
    plain, *neutral = text.engine.logprobs(items, 1, idle).items
    assert all(measured == plain for measured in neutral)


def test_answers_that_begin_alike_are_read_off_one_sequence() -> None:
    edit = add_edit(4, 1)
    asked = prompt(8)
    answers = [(5, 6, 7), (5, 9), (5, 6), (8,), (5, 6, 7, 3)]
    items = [Continuation(f"{n}/{c}", asked, ids, edit, c) for n, ids in enumerate(answers) for c in (1.0, 2.0)]
    items.append(Continuation("other", prompt(8, 1), (5, 6), None, 0.0))
    sequences = token_sequences(items, range(len(items)))
    assert [sequence.ids for sequence in sequences] == [(*asked.ids, 5, 6, 7), (*prompt(8, 1).ids, 5)]
    read = {row.strength: set(row.items) for row in sequences[0].steered}
    assert read == {1.0: {0, 2, 4, 6, 8}, 2.0: {1, 3, 5, 7, 9}}


class Poisonous:
    kind, axis, units, neutral, tensors, params_model = "poisonous", "none", ("raw",), None, (), None

    def edit(self, resid, clean, fitted, strength, mask):
        return torch.where(mask[..., None] & (strength > 1)[:, None, None], torch.nan, resid)


def test_logits_that_are_not_finite_spoil_their_item_alone(text: Pair) -> None:
    edit = AppliedEdit(Poisonous(), {}, (1,), "all")
    items = [Continuation(str(c), prompt(9), (7, 8), edit, c) for c in (0.5, 2.0, 1.0)]
    good, bad, same = text.engine.logprobs(items, 2, idle).items
    assert (bad.logprobs, bad.error) == ((), "non_finite_logits")
    assert close(good.logprobs, torch.tensor(same.logprobs))
    assert close(good.logprobs, plain_logprobs(text, Continuation("p", prompt(9), (7, 8), None, 0.0)))
