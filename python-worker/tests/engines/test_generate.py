"""Rows of a block: refilled, mixed, repeated, cut short, each as if it were alone."""

from typing import Any

import pytest
import torch

from steering_worker.directions.direction import NoParams
from steering_worker.edits.edit import Edit
from steering_worker.engines.decoding.decode import Block, decode
from steering_worker.engines.decoding.stops import StopStrings
from steering_worker.engines.engine import AppliedEdit, Decoding, Row
from steering_worker.errors import WorkerError
from steering_worker.progress import Cancelled
from tests.engines.conftest import WINDOW, Pair, add_edit, greedy, idle, prompt, row, sampled, watched


def hooks_left(pair: Pair) -> int:
    points = pair.engine._model._bridge.hook_dict.values()
    return sum(len(point.fwd_hooks) + len(point._forward_hooks) for point in points)


def mixed_rows(pair: Pair) -> list[Row]:
    """More rows than places, of unequal prompts, some past the window, under edits at two layers or none."""
    edits = [add_edit(pair.loaded.d_model, 0, "all", 1), add_edit(pair.loaded.d_model, 2, "generated", 2), None]
    lengths = (4, WINDOW - 1, WINDOW, WINDOW + 1, 2 * WINDOW, 9, 5)
    return [
        row(f"r{n}", prompt(lengths[n % 7], n % 3), sampled(2 + 4 * (n % 5)), edits[n % 3], 0.3 * (n % 4))
        for n in range(14)
    ]


def test_a_refilled_row_equals_the_row_alone(text: Pair) -> None:
    rows = mixed_rows(text)
    block = text.engine.generate(rows, 4, 7, idle)
    assert block.realised_rows == 4
    assert [made.token_ids for made in block.rows] == [
        text.engine.generate([alone], 1, 7, idle).rows[0].token_ids for alone in rows
    ]
    assert max(len(made.token_ids) for made in block.rows) > WINDOW


def test_the_same_block_gives_the_same_result_again(text: Pair) -> None:
    rows = mixed_rows(text)[:8]
    first = text.engine.generate(rows, 3, 7, idle)
    assert text.engine.generate(rows, 3, 7, idle) == first
    assert text.engine.generate(rows, 3, 8, idle).rows != first.rows


def test_a_neutral_edit_gives_the_baseline_and_strengths_mix_in_one_batch(text: Pair) -> None:
    edit = add_edit(text.loaded.d_model, 1)
    asked = prompt(12)
    rows = [row("same", asked, sampled(12), e, c) for e, c in ((None, 0.0), (edit, 0.0), (edit, 8.0), (None, 0.0))]
    baseline, neutral, strong, again = text.engine.generate(rows, 4, 3, idle).rows
    assert baseline.token_ids == neutral.token_ids == again.token_ids
    assert (baseline.applied_norm, neutral.applied_norm) == (None, 0.0)
    assert strong.token_ids != baseline.token_ids


def test_baseline_rows_come_out_bit_identical_beside_edited_ones(text: Pair) -> None:
    seen: list[torch.Tensor] = []
    asked, edit = prompt(10), add_edit(text.loaded.d_model, 1)

    def keep(name: str, first: object, result: torch.Tensor) -> None:
        if name == "logits":
            seen.append(result.clone())

    for applied in (edit, None):
        rows = [
            row("b", asked, greedy(4)),
            row("e", prompt(10, 5), greedy(4), applied, 3.0),
            row("n", asked, greedy(4), applied, 0.0),
        ]
        with watched(text, keep):
            text.engine.generate(rows, 3, 0, idle)
    edited, unedited = seen[: len(seen) // 2], seen[len(seen) // 2 :]
    for step in (0, 1):
        assert torch.equal(edited[step][0], unedited[step][0])
        assert torch.equal(edited[step][0], edited[step][2])
        assert not torch.equal(edited[step][1], unedited[step][1])


def test_rows_that_share_prompt_and_edit_are_prefilled_once(text: Pair) -> None:
    edit = add_edit(text.loaded.d_model, 1)
    prefilled: list[int] = []

    def count(name: str, first: Any, result: object) -> None:
        if name == "prefill":
            prefilled.append(len(first))

    rows = [row(f"{n}", prompt(9), sampled(4), (None, edit)[n % 2], 1.0) for n in range(12)]
    with watched(text, count):
        text.engine.generate(rows, 4, 0, idle)
    assert prefilled == [2]


def test_a_row_stops_at_an_end_token_which_it_keeps(text: Pair) -> None:
    rows = [row(f"{n}", prompt(9, n), greedy(8)) for n in range(3)]
    free = text.engine.generate(rows, 2, 0, idle).rows
    first, fourth = free[0].token_ids[0], free[1].token_ids[3]
    block = Block(rows, 0, frozenset({first, fourth}), StopStrings(text.loaded.tokenizer))
    with text.engine._open_batch(rows, 2) as batch:
        decode(batch, block, 2, idle)
    for number, whole in enumerate(free):
        ids = list(whole.token_ids)
        ends = [n + 1 for n, token in enumerate(ids) if token in (first, fourth)]
        assert block.finished[number].token_ids == tuple(ids[: ends[0]] if ends else ids)
        assert block.finished[number].stop == ("end" if ends else "length")
    assert block.finished[0].token_ids == (first,)
    assert block.finished[1].stop == "end"


def test_a_row_stops_where_its_text_completes_a_stop_string(text: Pair) -> None:
    asked = prompt(12)
    free = text.engine.generate([row("free", asked, greedy(10))], 1, 0, idle).rows[0]
    tokenizer = text.loaded.tokenizer
    ids = list(free.token_ids)
    wanted = tokenizer.decode(ids[3:6], skip_special_tokens=True)
    assert wanted.strip()
    cut = Decoding(0.0, 0, 1.0, 10, ("never said", wanted))
    made = text.engine.generate([row("cut", asked, cut), row("free", asked, greedy(10))], 2, 0, idle).rows
    assert made[1] == free
    assert made[0].stop == "stop"
    said = [wanted in tokenizer.decode(ids[:n], skip_special_tokens=True) for n in range(len(ids) + 1)]
    assert made[0].token_ids == tuple(ids[: said.index(True)])


def test_cancelling_leaves_no_hook(hooked: Pair) -> None:
    calls = iter(range(100))

    def cancelled_at_third() -> None:
        if next(calls) == 2:
            raise Cancelled

    edit = add_edit(hooked.loaded.d_model, 1)
    before = hooks_left(hooked)
    with pytest.raises(Cancelled):
        hooked.engine.generate([row("a", prompt(6), greedy(9), edit, 1.0)], 1, 0, cancelled_at_third)
    assert hooks_left(hooked) == before


class Exploding(Edit):
    """Adds infinity where the strength is above 1, from the second edited pass on."""

    kind, axis, units, neutral, tensors = "exploding", "none", ("raw",), None, ()

    def __init__(self) -> None:
        super().__init__(NoParams())
        self.passes = 0

    def edit(self, resid, clean, fitted, strength, mask):
        self.passes += 1
        bad = (strength > 1)[:, None] & mask & (self.passes > 3)
        return torch.where(bad[..., None], torch.inf, resid)


def test_non_finite_logits_under_an_edit_end_the_row_and_keep_what_it_said(text: Pair) -> None:
    edit = AppliedEdit(Exploding(), {}, (1,), "all")
    neighbours = [row(f"n{n}", prompt(8, n), sampled(12)) for n in range(4)]
    rows = [row("bad", prompt(7), sampled(12), edit, 2.0), row("good", prompt(7), sampled(12), edit, 1.0), *neighbours]
    bad, good, *others = text.engine.generate(rows, 3, 0, idle).rows
    alone = text.engine.generate([row("bad", prompt(7), sampled(12))], 1, 0, idle).rows[0]
    assert (bad.stop, bad.error, bad.applied_norm) == ("error", "non_finite_logits", None)
    assert bad.token_ids == alone.token_ids[: len(bad.token_ids)]
    assert len(bad.token_ids) == 3
    assert good.error is None
    assert others == [text.engine.generate([one], 1, 0, idle).rows[0] for one in neighbours]


def test_non_finite_logits_of_the_unedited_model_stop_the_run(text: Pair) -> None:
    folded = text.engine.name == "batched"
    weight = text.engine._model.weights.embedding if folded else text.loaded.model.get_input_embeddings().weight
    asked = prompt(6)
    kept = weight.data[asked.ids[-1]].clone()
    weight.data[asked.ids[-1]] = torch.nan
    try:
        with pytest.raises(WorkerError) as caught:
            text.engine.generate([row("a", asked, greedy(3))], 1, 0, idle)
    finally:
        weight.data[asked.ids[-1]] = kept
    assert (caught.value.code, caught.value.retry) == ("non_finite_logits_baseline", "run_fatal")
