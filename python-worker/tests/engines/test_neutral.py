"""An edit at its neutral strength changes no bit, in whatever company and by whichever way it is applied."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from steering_worker.engines.batched.additive_tables import Added, added_vector, fill_tables, make_tables, slots_of
from steering_worker.engines.edit_groups import EditedRow, Edits
from steering_worker.engines.engine import AppliedEdit, Row
from steering_worker.methods.registry import EDITS, make_edit
from steering_worker.models.load import load_model
from tests.checkpoints import make_text_checkpoint
from tests.dictionary_files import D_MODEL, normal
from tests.edits.test_contract import VARIANTS as EDIT_VARIANTS
from tests.edits.test_contract import fitted_for, same_bits
from tests.engines.conftest import VARIANTS, Pair, add_edit, greedy, idle, make_variant, prompt, row, watched

CPU = torch.device("cpu")
LAYERS = 3


def neutral_edits(layer: int | None = None) -> list[AppliedEdit]:
    """Every registered edit that has a neutral strength, at a layer or at each in turn."""
    made = [make_edit(kind, params) for kind, params in EDIT_VARIANTS if EDITS[kind].neutral is not None]
    return [
        replace(
            add_edit(D_MODEL, n % LAYERS if layer is None else layer, positions), edit=edit, fitted=fitted_for(edit)
        )
        for n, edit in enumerate(made)
        for positions in ("all", "generated")
    ]


@pytest.fixture(scope="module", params=VARIANTS)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    folder: Path = make_text_checkpoint(tmp_path_factory.mktemp("neutral"), layers=LAYERS, hidden=D_MODEL)
    loaded = load_model(str(folder), None, "cpu", "float32", idle)
    return Pair(loaded, make_variant(request.param, loaded), None)


def block(edits: Sequence[AppliedEdit | None]) -> list[Row]:
    """A row each, at its neutral strength, between rows that are steered and rows that are not.

    No two rows have the same prompt, so that as many rows go through every block however they are edited.
    """
    neighbours = neutral_edits()
    return [
        one
        for n, edit in enumerate(edits)
        for one in (
            row(f"{n}", prompt(6 + n, n), greedy(7), edit, 0.0 if edit is None else neutral_of(edit)),
            row(f"{n} steered", prompt(6 + n, 100 + n), greedy(7), neighbours[n], 1.5),
            row(f"{n} baseline", prompt(6 + n, 200 + n), greedy(7)),
        )
    ]


def neutral_of(applied: AppliedEdit) -> float:
    assert applied.edit.neutral is not None
    return applied.edit.neutral


def generated(pair: Pair, rows: Sequence[Row]) -> tuple[list[tuple[int, ...]], list[Tensor]]:
    """The tokens of each row, and the logits of every step."""
    seen: list[Tensor] = []

    def keep(name: str, first: object, result: Any) -> None:
        if name == "logits":
            seen.append(result.clone())

    with watched(pair, keep):
        made = pair.engine.generate(rows, len(rows), 0, idle).rows
    return [one.token_ids for one in made], seen


def test_neutral_edits_give_the_logits_of_no_edit_to_the_last_bit_at_every_step(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = neutral_edits()
    applied: list[str] = []

    def reporting(edit: Any) -> Any:
        original = edit.edit

        def reported(*arguments: Any) -> Tensor:
            applied.append(edit.kind)
            return original(*arguments)

        return reported

    for one in edits:
        monkeypatch.setattr(one.edit, "edit", reporting(one.edit))
    tokens, logits = generated(pair, block(edits))
    plain, wanted = generated(pair, block([None] * len(edits)))
    assert tokens == plain
    assert len(logits) == len(wanted) == 7
    assert all(same_bits(one, other) for one, other in zip(logits, wanted, strict=True))
    # Not because the edits never run: those that are in no table are asked at every step.
    own = {one.edit.kind for one in edits if pair.engine.name != "batched" or added_vector(one) is None}
    assert own and set(applied) == own


def test_the_logits_of_steered_rows_are_others(pair: Pair) -> None:
    edits = neutral_edits()
    steered = [replace(one, strength=1.5) for one in block(edits)[::3]]
    plain = [replace(one, edit=None) for one in steered]
    last, other = generated(pair, steered)[1][-1], generated(pair, plain)[1][-1]
    assert float((last - other).abs().amax(dim=-1).min()) > 0.01


def residuals(rows: int, columns: int, dtype: torch.dtype) -> Tensor:
    """With zeros of either sign, which an addition of nothing would not keep apart."""
    resid = 5 * normal(3, rows, columns, D_MODEL)
    resid[..., ::5], resid[..., 1::5] = 0.0, -0.0
    return resid.to(dtype)


@pytest.mark.parametrize("columns", [1, 4])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_rows_at_the_neutral_strength_keep_their_bits_beside_others_of_their_edit(
    dtype: torch.dtype, columns: int
) -> None:
    ways = [(applied, strength) for applied in neutral_edits(1) for strength in (neutral_of(applied), 1.5)]
    resid = residuals(len(ways) + 1, columns, dtype)
    edits = Edits(len(ways), CPU)
    everywhere = torch.ones(columns, dtype=torch.bool)
    edits.set([EditedRow(n, applied, strength, everywhere, n) for n, (applied, strength) in enumerate(ways)])
    edited = edits(1, resid)
    for n, (applied, strength) in enumerate(ways):
        assert same_bits(edited[n], resid[n]) is (strength == applied.edit.neutral)
    assert same_bits(edited[-1], resid[-1])
    assert [norm > 0 for norm in edits.take(range(len(ways)))] == [s != a.edit.neutral for a, s in ways]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_places_at_the_neutral_strength_of_a_table_keep_their_bits(dtype: torch.dtype) -> None:
    adding = [one for one in neutral_edits(1) if added_vector(one) is not None]
    # Nothing times infinity would be no number.
    adding.append(replace(adding[0], fitted={name: tensor / 0 for name, tensor in adding[0].fitted.items()}))
    ways = [(applied, strength) for applied in adding for strength in (neutral_of(applied), 1.5)]
    tables = make_tables(adding, len(ways) + 1, CPU)
    added = [Added(place, applied, strength) for place, (applied, strength) in enumerate(ways)]
    fill_tables(tables, slots_of(adding), added, len(ways) + 1)
    resid = residuals(len(ways) + 1, 1, dtype)
    edited, norm = tables[1].add(resid)
    for place, (applied, strength) in enumerate(ways):
        assert same_bits(edited[place], resid[place]) is (strength == applied.edit.neutral)
        assert (float(norm[place]) == 0) is (strength == applied.edit.neutral)
    assert same_bits(edited[-1], resid[-1])
