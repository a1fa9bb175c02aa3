import pytest
import torch

from steering_worker.edits.layers import edited_layers
from steering_worker.engines.batched.additive_tables import added_vector
from steering_worker.engines.engine import AppliedEdit
from steering_worker.errors import WorkerError
from steering_worker.methods.registry import catalogue, make_direction, make_edit
from steering_worker.methods.user_methods.load import load_user_methods
from tests.dictionary_files import D_MODEL, evidence, normal
from tests.engines.conftest import idle
from tests.methods.user_methods.sources import DIRECTION, EDIT, EXAMPLE, FORMULA, LAYERS, OLDER


def refusal(path: str) -> str:
    with pytest.raises(WorkerError) as raised:
        load_user_methods(path)
    assert raised.value.code == "user_method"
    assert path in raised.value.message and "\n" not in raised.value.message
    return raised.value.message


@pytest.mark.parametrize("source", [EDIT, FORMULA], ids=["in full", "formula"])
def test_a_direction_and_an_edit_from_files_work_like_registered_ones(write, source):
    ones, shift = write(DIRECTION, "ones.py"), write(source, "shift.py")
    fitted = make_direction(ones, {"scale": 2.0}).fit(evidence())
    resid = normal(1, 1, 2, D_MODEL)
    mask = torch.tensor([[True, False]])
    edited = make_edit(shift, {}).edit(resid, resid, fitted.tensors, torch.tensor([3.0]), mask)
    torch.testing.assert_close(edited - resid, torch.tensor([6.0, 0.0])[None, :, None].expand(1, 2, D_MODEL))


def test_an_edit_that_inherits_what_another_adds_is_called_itself(write):
    path = write("""
from steering_worker.edits.add import Add

class Twice(Add):
    "Adds twice the vector."

    def edit(self, resid, clean, fitted, strength, mask):
        return super().edit(resid, clean, fitted, 2 * strength, mask)

edit = Twice
""")
    applied = AppliedEdit(make_edit(path, {}), {"vector": normal(2, D_MODEL)}, (0,), "all")
    assert added_vector(applied) is None
    assert added_vector(AppliedEdit(make_edit("add", {}), applied.fitted, (0,), "all")) is applied.fitted["vector"]


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_a_file_of_version_0_1_0_gives_the_bits_that_its_formula_gives(dtype):
    evidence_of_question = evidence()
    older, newer = (make_direction(str(path), {}).fit(evidence_of_question) for path in (OLDER, EXAMPLE))
    assert torch.equal(older.tensors["vector"], newer.tensors["vector"]) and older.norm == newer.norm
    resid, mask = (5 * normal(5, 3, 4, D_MODEL)).to(dtype), normal(6, 3, 4) > 0
    strength = torch.tensor([0.0, 0.7, 3.0])
    in_full, formula = (
        make_edit(str(path), {}).edit(resid, resid, older.tensors, strength, mask) for path in (OLDER, EXAMPLE)
    )
    assert torch.equal(in_full, formula) and not torch.equal(formula, resid)


def test_an_older_edit_has_the_defaults_of_what_came_after_it():
    edit = make_edit(str(OLDER), {})
    assert edited_layers(edit, 2, 6) == (2,)
    assert (edit.needs_clean, edit.adds) == (False, None)


def test_an_edit_acts_at_the_layers_that_its_own_method_gives(write):
    edit = make_edit(write(LAYERS), {})
    assert edited_layers(edit, 2, 6) == (2, 3, 4, 5)
    assert edited_layers(make_edit(write(EDIT), {}), 2, 6) == (2,)


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ("[layer]", "user_method", "`layers` on line 20 returned [2]"),
        ('("all",)', "user_method", "`layers` on line 20 returned ('all',)"),
        ("layer / 0", "user_method", "`layers` failed with ZeroDivisionError on line 21"),
        ("()", "edit_layers", "acts at the layers [], and the model has 0 to 5"),
        ("(layer, layer)", "edit_layers", "acts at the layers [2, 2]"),
        ("(layer, 0)", "edit_layers", "acts at the layers [2, 0]"),
        ("(-1, layer)", "edit_layers", "acts at the layers [-1, 2]"),
        ("(layer, count)", "edit_layers", "acts at the layers [2, 6]"),
    ],
)
def test_layers_that_no_model_has_are_refused_in_one_sentence(write, given, code, words):
    path = write(LAYERS.replace("tuple(range(layer, count))", given))
    with pytest.raises(WorkerError) as raised:
        edited_layers(make_edit(path, {}), 2, 6)
    assert raised.value.code == code and words in raised.value.message
    assert path in raised.value.message and "\n" not in raised.value.message


def test_an_edit_that_needs_the_clean_residual_and_has_layers_is_refused(write):
    needing = LAYERS.replace("resid.float()", "clean.float()").replace("axis =", "needs_clean = True\n    axis =")
    assert "has `layers` and needs `clean`" in refusal(write(needing))
    load_user_methods(write(EDIT.replace("resid.float()", "clean.float()")))


def test_catalogue_lists_them_by_path(write):
    path = write(DIRECTION + EDIT)
    found = catalogue({path: None}, idle)
    assert found["directions"][-1]["kind"] == found["edits"][-1]["kind"] == path
    assert found["directions"][-1]["summary"] == "A constant vector."
    assert found["edits"][-1]["axis"] == "log"


def test_a_role_that_the_file_does_not_define_is_refused(write):
    with pytest.raises(WorkerError, match="defines no direction"):
        make_direction(write(EDIT), {})


def test_unknown_parameters_are_refused(write):
    with pytest.raises(WorkerError) as raised:
        make_direction(write(DIRECTION), {"scal": 2})
    assert raised.value.code == "invalid_params" and "did you mean 'scale'?" in raised.value.message


def test_changed_source_is_loaded_again(write):
    first = make_direction(write(DIRECTION), {}).fit(evidence()).norm
    second = make_direction(write(DIRECTION.replace("= 1.0", "= 5.0")), {}).fit(evidence()).norm
    assert second == pytest.approx(5 * first)


def test_no_file_is_left_beside_the_users(write, tmp_path):
    load_user_methods(write(EDIT))
    assert [path.name for path in tmp_path.iterdir()] == ["my_method.py"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("def broken(:\n", "SyntaxError on line 1"),
        ("\nimport no_such_module\n", "ModuleNotFoundError on line 2: No module named 'no_such_module'"),
        ("raise SystemExit(3)\n", "SystemExit on line 1"),
        ("x = 1\n", "neither `direction` nor `edit`"),
        ("edit = 3\n", "`edit` is int, not a class"),
        (EDIT.replace('    axis = "log"\n', ""), "has no `axis`"),
        (FORMULA.replace('    axis = "log"\n', ""), "has no `axis`"),
        (FORMULA.replace("formula", "formular"), "has no `formula`"),
        (FORMULA.replace("clean, ", ""), "`formula` of the class `Shift` takes (self, h, fitted, c)"),
        (EDIT.replace('"log"', '"cubic"'), "`axis` of `edit` is 'cubic'"),
        (EDIT.replace('("raw",)', '("kl",)'), "`units` of `edit` is ('kl',)"),
        (EDIT.replace("0.0", '"zero"'), "`neutral` of `edit` is 'zero'"),
        (EDIT.replace("Params = NoParams", "Params = dict"), "no class of parameters"),
        (EDIT.replace('("vector",)', '"vector"'), "`tensors` of the class `Shift` is 'vector'"),
        (EDIT.replace("clean, ", ""), "`edit` of the class `Shift` takes (self, resid, fitted, strength, mask)"),
        (LAYERS.replace("(self, layer, count)", "(self, layer)"), "`layers` of the class `Shift` takes (self, layer)"),
        (EDIT.replace("axis =", "layers = (1, 2)\n    axis ="), "`layers` of the class `Shift` is no method"),
        (DIRECTION.replace("random = False", 'random = "no"'), "`random` of `direction` is not True or False"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_one_sentence(write, source, words):
    assert words in refusal(write(source))


def test_an_absent_file_is_refused(tmp_path):
    assert "there is no such file" in refusal(str(tmp_path / "absent.py"))


def test_running_out_of_memory_in_an_edit_stays_what_it_is(write):
    source = EDIT.replace(
        "        moved", "        if strength[0] > 5: raise torch.OutOfMemoryError('full')\n        moved"
    )
    resid = normal(1, 1, 2, D_MODEL)
    edit = make_edit(write(source), {})
    with pytest.raises(torch.OutOfMemoryError):
        edit.edit(resid, resid, {"vector": normal(2, D_MODEL)}, torch.tensor([9.0]), torch.ones(1, 2, dtype=torch.bool))


def test_the_documented_example_turns_towards_its_component_and_keeps_the_norm():
    path = str(EXAMPLE)
    assert [each["kind"] for each in catalogue({path: None}, idle)["edits"]].count(path) == 1
    given = evidence()
    fitted = make_direction(path, {"position": "last_token"}).fit(given)
    mean = given.positive.mean(0) - given.negative.mean(0)
    vector = fitted.tensors["vector"]
    assert float(vector @ mean) > 0 and fitted.norm == pytest.approx(float(mean.norm()), rel=1e-5)
    first = torch.linalg.svd(given.positive - given.negative).Vh[0]
    assert abs(float(first @ vector)) == pytest.approx(fitted.norm, rel=1e-4)
    resid, mask = normal(5, 1, 4, D_MODEL), torch.tensor([[True, True, False, True]])
    edited = make_edit(path, {}).edit(resid, resid, fitted.tensors, torch.tensor([2.0]), mask)
    torch.testing.assert_close(edited.norm(dim=-1), resid.norm(dim=-1))
    cosine = torch.cosine_similarity
    assert bool((cosine(edited, vector, dim=-1) > cosine(resid, vector, dim=-1))[mask].all())
    assert torch.equal(edited[:, 2], resid[:, 2])
