"""An edit of the user's own that breaks its contract is refused before a model is loaded, with the line."""

from functools import partial

import pytest
import torch

from steering_worker.edits.add import Add
from steering_worker.errors import WorkerError
from steering_worker.methods.registry import catalogue, check_params, make_edit
from steering_worker.methods.user_methods.edit_trial import try_edit
from steering_worker.methods.user_methods.examples import example_tensors
from steering_worker.methods.user_methods.faults import located
from tests.dictionary_files import D_MODEL, normal
from tests.edits.test_contract import VARIANTS, label
from tests.engines.conftest import idle
from tests.methods.user_methods import refusals
from tests.methods.user_methods.sources import DIRECTION, EDIT, EXAMPLE, FORMULA, LAYERS, OLDER

DEFINED = "`edit` on line 16 "


def instead(line: str, source: str = EDIT) -> str:
    """The edit with another line in place of the one that computes `moved`, line 17."""
    kept = source.splitlines()
    assert kept[16].startswith("        moved")
    return "\n".join([*kept[:16], *("        " + each for each in line.split("; ")), *kept[17:]]) + "\n"


def to(wrong: str) -> str:
    """`wrong` is added to what is right."""
    added = f'strength[:, None, None] * fitted["vector"] + {wrong}'
    return instead(f"moved = (resid.float() + {added}).to(resid.dtype)")


problems = partial(refusals.problems, "edit")
refusal = partial(refusals.refusal, "edit")


@pytest.mark.parametrize("variant", VARIANTS, ids=label)
def test_every_edit_of_the_package_passes(variant):
    edit = make_edit(*variant)
    fitted = example_tensors(edit.tensors)
    assert fitted is not None
    try_edit(edit, fitted, "", idle)


@pytest.mark.parametrize(
    "source",
    [EDIT, FORMULA, LAYERS, EXAMPLE.read_text(), OLDER.read_text()],
    ids=["shift", "formula", "layers", "example", "older"],
)
def test_edits_that_keep_the_contract_pass(write, source):
    path = write(source)
    assert problems(path) == []
    assert catalogue({path: None}, idle)["edits"][-1]["kind"] == path


def test_in_the_models_own_type_an_edit_may_round(write):
    native = 'moved = resid + strength[:, None, None].to(resid.dtype) * fitted["vector"].to(resid.dtype)'
    assert problems(write(instead(native))) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (to("strength.mean()"), "mixes rows: one has another result alone than among others"),
        (to("strength[0]"), "mixes rows"),
        (to("resid.float().mean(0)"), "mixes rows"),
        (to("len(resid)"), "mixes rows"),
        (to("mask.sum()"), "mixes rows"),
        (to("(strength.max() > 100)"), "mixes rows"),
        (to("resid.float().mean(1, keepdim=True)"), "mixes positions: one has another result alone"),
        (to("resid.shape[1]"), "mixes positions"),
        (to("(len(resid) > 6)"), "another result among other rows, in another order or with padding"),
        (to("resid.isnan().any()"), "another result among other rows, in another order or with padding"),
    ],
)
def test_a_row_that_depends_on_others_is_refused(write, source, words):
    message = refusal(write(source))
    assert DEFINED in message and words in message


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("float('nan')", "values that are not finite at strength 0.5 in float32"),
        ("torch.where(strength > 100, torch.inf, 0)[:, None, None]", "not finite at strength 1000 in float32"),
        ("(0 if resid.dtype == torch.float32 else torch.nan)", "not finite at strength 0.5 in bfloat16"),
        ("(0 if resid.dtype == torch.float32 else 9)", "another result in bfloat16 than in float32"),
    ],
)
def test_what_is_not_finite_or_differs_between_types_is_refused(write, wrong, words):
    message = refusal(write(to(wrong)))
    assert DEFINED in message and words in message


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ("h + c.mean()", "mixes rows: one has another result alone than among others"),
        ("h + h.mean(1, keepdim=True)", "mixes positions: one has another result alone"),
        ("h + torch.randn_like(h)", "gives another result when it is called again"),
        ("h + c * torch.nan", "returned values that are not finite at strength 0.5 in float32"),
        ("h.mul_(2)", "changed the residual or another tensor that it was given"),
        ("h[:, :1]", "returned torch.float32 [6, 1, 8] for torch.float32 [6, 4, 8]"),
        ("(h + c).to(torch.bfloat16)", "returned torch.bfloat16 [6, 4, 8] for torch.float32 [6, 4, 8]"),
    ],
)
def test_a_formula_that_breaks_its_contract_is_refused_with_the_line_that_it_begins_on(write, changed, words):
    source = "import torch\n" + FORMULA.replace('h + c * fitted["vector"]', changed)
    assert "`formula` on line 12 " + words in refusal(write(source))


@pytest.mark.parametrize(
    "line",
    [
        'self.calls = getattr(self, "calls", 0) + 1; moved = resid + self.calls * fitted["vector"].to(resid.dtype)',
        "moved = resid + torch.randn_like(resid)",
    ],
)
def test_an_edit_with_memory_or_randomness_is_refused(write, line):
    assert DEFINED + "gives another result when it is called again" in refusal(write(instead(line)))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (EDIT.replace("neutral = 0.0", "neutral = 1.0"), "changed a row at the neutral strength 1.0"),
        (EDIT.replace("(mask & (strength != 0)[:, None])", "torch.ones_like(mask)"), "changed a position outside"),
        (EDIT.replace(".to(resid.dtype)", "").replace(", resid)\n", ", resid.float())\n"), "returned torch.float32"),
        (
            EDIT.replace(", resid)\n", ", resid)[:, 1:]\n"),
            "returned torch.float32 [6, 3, 8] for torch.float32 [6, 4, 8]",
        ),
        (EDIT.replace(", resid)\n", ", resid).numpy()\n"), "returned ndarray for torch.float32 [6, 4, 8]"),
        (instead("resid += 1; moved = resid"), "changed the residual or another tensor that it was given"),
        (instead('fitted["vector"] *= 2; moved = resid'), "changed the residual or another tensor that it was given"),
    ],
)
def test_an_edit_that_breaks_its_contract_is_refused_with_the_line_that_it_begins_on(write, source, words):
    assert DEFINED + words in refusal(write(source))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (EDIT.replace("return torch", "return torch.zeros(2) * torch"), "failed with RuntimeError on line 18"),
        (EDIT.replace('fitted["vector"]', 'fitted["vektor"]'), "failed with KeyError on line 17"),
        (instead("raise SystemExit(1)"), "failed with SystemExit on line 17"),
    ],
)
def test_an_exception_is_reported_with_its_line(write, source, words):
    assert words in refusal(write(source))


def test_an_inherited_edit_is_named_as_such():
    assert located("/mine.py", "formula", Add.formula) == "the inherited `formula`"


@pytest.mark.parametrize("given", ["()", "(layer, layer)", "(layer, 0)"])
def test_layers_that_no_model_has_are_refused(write, given):
    message = refusal(write(LAYERS.replace("tuple(range(layer, count))", given)))
    assert "`layers` on line 20 returned" in message


def test_an_edit_that_reads_the_clean_residual_at_several_layers_is_refused(write):
    assert DEFINED + "reads `clean`" in refusal(write(LAYERS.replace("resid.float()", "clean.float()")))
    assert problems(write(EDIT.replace("resid.float()", "clean.float()"))) == []


def test_an_edit_of_tensors_that_only_its_own_direction_makes_is_tried_on_them(write):
    source = DIRECTION.replace("vector", "special") + EDIT.replace('fitted["vector"]', 'fitted["special"]').replace(
        '("vector",)', '("special",)'
    )
    catalogue({write(source): None}, idle)
    broken = source.replace("(mask & (strength != 0)[:, None])", "torch.ones_like(mask)")
    assert "outside the mask" in refusal(write(broken))


def test_what_kept_its_contract_is_tried_once_and_each_call_is_a_step(write):
    path, ticks = write(EDIT + "# once"), []
    catalogue({path: None}, lambda: ticks.append(None))
    tried = len(ticks)
    assert tried > 0
    check_params([{"role": "edit", "kind": path, "params": {}}], lambda: ticks.append(None))
    assert len(ticks) == tried


def test_at_a_model_an_edit_that_returns_another_shape_is_reported_as_at_fault(write):
    path = write(EDIT.replace(", resid)\n", f", resid)[..., : 8 if resid.shape[-1] == {D_MODEL} else None]\n"))
    assert problems(path) == []
    resid = normal(1, 1, 2, D_MODEL)
    with pytest.raises(WorkerError, match=r"`edit` on line 16 returned torch.float32 \[1, 2, 8\]"):
        make_edit(path, {}).edit(
            resid, resid, {"vector": normal(2, D_MODEL)}, torch.ones(1), torch.ones(1, 2, dtype=torch.bool)
        )
