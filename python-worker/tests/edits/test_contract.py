"""What every registered edit must keep."""

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor

from steering_worker.edits.edit import Edit
from steering_worker.edits.layers import chooses_layers, edited_layers
from steering_worker.errors import WorkerError
from steering_worker.methods.registry import DIRECTIONS, EDITS, catalogue, make_edit
from tests.dictionary_files import D_MODEL, dictionary_tensors, normal
from tests.engines.conftest import idle

VARIANTS = [
    ("add", {}),
    ("ablate", {}),
    ("ablate", {"at": "every_layer"}),
    ("sae_clamp", {}),
    ("sae_clamp", {"mode": "min"}),
    ("sae_ablate", {}),
]
FEATURES = [4, 9, 30]
STRENGTHS = torch.tensor([0.5, 1.0, 3.0])
MASK = torch.tensor(
    [[False, True, True, True, False], [True, False, True, False, True], [True, True, False, True, True]]
)
DTYPES = [torch.float32, torch.bfloat16]


def fitted_for(edit: Edit) -> dict[str, Tensor]:
    dictionary = dictionary_tensors()
    tensors = {
        "vector": normal(20, D_MODEL),
        "w_enc": dictionary["w_enc"][:, FEATURES],
        "b_enc": dictionary["b_enc"][FEATURES],
        "threshold": dictionary["threshold"][FEATURES],
        "w_dec": dictionary["w_dec"][FEATURES],
        "reference": torch.tensor([2.0, 0.5, 1.0]),
    }
    return {name: tensors[name] for name in edit.tensors}


def label(variant: tuple[str, dict[str, str]]) -> str:
    return "-".join([variant[0], *variant[1].values()])


@pytest.fixture(params=VARIANTS, ids=label)
def edit(request: pytest.FixtureRequest) -> Edit:
    return make_edit(*request.param)


@pytest.fixture(params=[variant for variant in VARIANTS if EDITS[variant[0]].neutral is not None], ids=label)
def edit_with_neutral(request: pytest.FixtureRequest) -> Edit:
    return make_edit(*request.param)


@pytest.fixture(params=DTYPES, ids=str)
def resid(request: pytest.FixtureRequest) -> Tensor:
    return (5 * normal(21, 3, 5, D_MODEL)).to(request.param)


def apply(edit: Edit, resid: Tensor, strength: Tensor = STRENGTHS, mask: Tensor = MASK) -> Tensor:
    return edit.edit(resid, resid, fitted_for(edit), strength, mask)


def same_bits(a: Tensor, b: Tensor) -> bool:
    kind = {torch.float32: torch.int32, torch.bfloat16: torch.int16}[a.dtype]
    return torch.equal(a.contiguous().view(kind), b.contiguous().view(kind))


def test_every_registered_edit_is_covered():
    assert {kind for kind, _ in VARIANTS} == set(EDITS)


def test_registered_kinds_are_those_of_the_catalogue():
    entries = catalogue({}, idle)["edits"]
    assert [entry["kind"] for entry in entries] == list(EDITS)
    assert all(entry["summary"].endswith(".") for entry in entries)


def test_some_direction_makes_the_tensors_that_it_needs(edit):
    assert any(set(edit.tensors) <= set(direction.tensors) for direction in DIRECTIONS.values())


def test_shares_of_the_residual_norm_need_a_single_vector(edit):
    assert "raw" in edit.units
    assert "resid" not in edit.units or edit.tensors == ("vector",)


@pytest.mark.parametrize(("layer", "count"), [(0, 1), (0, 4), (3, 4), (13, 26)])
def test_it_acts_after_its_vectors_block_or_after_others_of_the_model(edit, layer, count):
    layers = edited_layers(edit, layer, count)
    assert layers == (layer,) or chooses_layers(type(edit))
    assert layers == tuple(sorted(set(layers))) and set(layers) <= set(range(count))


def test_it_reads_the_clean_residual_where_it_says_so_and_then_acts_at_one_layer(edit, resid):
    unknown = torch.full_like(resid, torch.nan)
    edited = edit.edit(resid, unknown, fitted_for(edit), STRENGTHS, MASK)
    assert same_bits(edited, apply(edit, resid)) != edit.needs_clean
    assert not (edit.needs_clean and chooses_layers(type(edit)))


def test_it_changes_the_masked_rows(edit, resid):
    edited = apply(edit, resid)
    assert not torch.equal(edited[MASK], resid[MASK])


def test_the_neutral_strength_is_the_identity_bit_for_bit(edit_with_neutral, resid):
    strength = torch.tensor([edit_with_neutral.neutral, 2.0, edit_with_neutral.neutral])
    edited = apply(edit_with_neutral, resid, strength)
    assert same_bits(edited[0], resid[0]) and same_bits(edited[2], resid[2])
    assert not same_bits(edited[1], resid[1])


def test_the_neutral_strength_keeps_negative_zero_and_values_that_are_not_finite(edit_with_neutral):
    resid = torch.tensor([-0.0, float("inf"), float("nan"), 1e-40]).repeat(D_MODEL // 4).expand(1, 2, D_MODEL)
    edited = apply(
        edit_with_neutral, resid, torch.tensor([edit_with_neutral.neutral]), torch.ones(1, 2, dtype=torch.bool)
    )
    assert same_bits(edited, resid)


@pytest.mark.parametrize("variant", [one for one in VARIANTS if EDITS[one[0]].adds is not None], ids=label)
def test_an_edit_that_says_what_it_adds_adds_that_in_float32(variant, resid):
    edit = make_edit(*variant)
    assert edit.adds in edit.tensors
    vector = fitted_for(edit)[edit.adds]
    added = (resid.to(torch.float32) + STRENGTHS[:, None, None] * vector).to(resid.dtype)
    assert same_bits(apply(edit, resid), torch.where(MASK[..., None], added, resid))


def test_positions_outside_the_mask_are_untouched_bit_for_bit(edit, resid):
    edited = apply(edit, resid)
    assert same_bits(edited[~MASK], resid[~MASK])


def test_what_lies_outside_the_mask_does_not_reach_inside(edit, resid):
    garbage = torch.where(MASK[..., None], resid, torch.full_like(resid, float("nan")))
    assert torch.equal(apply(edit, garbage)[MASK], apply(edit, resid)[MASK])


def test_rows_do_not_depend_on_batch_or_padding(edit, resid):
    together = apply(edit, resid)
    tolerance = 1e-5 if resid.dtype == torch.float32 else 2e-2
    for row in range(len(resid)):
        padded = torch.cat([torch.full_like(resid[row], 100.0), resid[row]])[None]
        mask = torch.cat([torch.zeros(5, dtype=torch.bool), MASK[row]])[None]
        alone = apply(edit, padded, STRENGTHS[row : row + 1], mask)[0, 5:]
        torch.testing.assert_close(alone, together[row], rtol=tolerance, atol=tolerance)


def test_rows_of_one_call_have_their_own_strength(edit, resid):
    same = resid[:1].expand(3, -1, -1)
    mask = MASK[:1].expand(3, -1)
    edited = apply(edit, same, STRENGTHS, mask)
    for row in range(3):
        once = apply(edit, same, STRENGTHS[row].expand(3), mask)
        torch.testing.assert_close(edited[row], once[row], rtol=0, atol=0)


def test_shape_and_dtype_are_kept_and_the_result_is_finite(edit, resid):
    edited = apply(edit, resid, 1000 * STRENGTHS)
    assert edited.shape == resid.shape and edited.dtype == resid.dtype
    assert torch.isfinite(edited).all()


def test_one_cached_position_is_edited_as_in_the_whole_sequence(edit, resid):
    whole = apply(edit, resid)
    step = apply(edit, resid[:, 2:3], STRENGTHS, MASK[:, 2:3])
    tolerance = 1e-5 if resid.dtype == torch.float32 else 2e-2
    torch.testing.assert_close(step, whole[:, 2:3], rtol=tolerance, atol=tolerance)


def test_arguments_are_left_as_they_were_and_the_result_repeats(edit, resid):
    before, fitted = resid.clone(), fitted_for(edit)
    first = apply(edit, resid)
    assert torch.equal(resid, before)
    assert all(torch.equal(tensor, fitted[name]) for name, tensor in fitted_for(edit).items())
    assert same_bits(first, apply(edit, resid))


def test_arithmetic_is_in_float32(edit):
    resid = (5 * normal(22, 3, 5, D_MODEL)).to(torch.bfloat16)
    exact = apply(edit, resid.to(torch.float32))
    assert torch.equal(apply(edit, resid), exact.to(torch.bfloat16))


@pytest.mark.parametrize(("kind", "params"), VARIANTS)
def test_unknown_parameters_are_refused(kind, params):
    with pytest.raises(WorkerError) as raised:
        make_edit(kind, {**params, "unheard_of": 1})
    assert raised.value.code == "invalid_params"


def test_params_are_frozen(edit):
    with pytest.raises(ValidationError):
        edit.params.anything = 1
