"""A direction of the user's own that breaks its contract is refused before a model is loaded, with the line."""

from functools import partial

import pytest
from safetensors.torch import save_file

from steering_worker.errors import WorkerError
from steering_worker.methods.registry import catalogue, make_direction
from steering_worker.methods.user_methods.direction_trial import try_direction
from tests.dictionary_files import D_MODEL, dictionary_tensors, evidence, normal, write_dictionary
from tests.directions.test_contract import VARIANTS
from tests.engines.conftest import idle
from tests.methods.user_methods import refusals
from tests.methods.user_methods.sources import DIRECTION, EDIT, EXAMPLE

DEFINED = "`fit` on line 19 "
MADE = "torch.full((evidence.d_model,), self.params.scale)"


def making(vector: str) -> str:
    return DIRECTION.replace(MADE, vector)


problems = partial(refusals.problems, "direction")
refusal = partial(refusals.refusal, "direction")


@pytest.mark.parametrize("variant", VARIANTS, ids=str)
def test_every_direction_of_the_package_passes(variant, tmp_path):
    write_dictionary(tmp_path, layer=0, tensors=dictionary_tensors(d_model=8))
    save_file({"v": normal(1, 8)}, tmp_path / "v.safetensors")
    files = {"path": str(tmp_path / "v.safetensors"), "dictionary": str(tmp_path)}
    kind, params = variant
    fits = []
    direction = make_direction(kind, {name: files.get(name, value) for name, value in params.items()})
    try_direction(direction, "", lambda: fits.append(None))
    assert len(fits) == 5


@pytest.mark.parametrize("source", [DIRECTION, EXAMPLE.read_text()], ids=["ones", "example"])
def test_directions_that_keep_the_contract_pass(write, source):
    path = write(source)
    assert problems(path) == []
    assert catalogue({path: None}, idle)["directions"][-1]["kind"] == path


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (making("torch.full((evidence.d_model,), torch.nan)"), "returned `vector` with values that are not finite"),
        (making("torch.full((evidence.d_model,), torch.inf)"), "returned `vector` with values that are not finite"),
        (making("torch.zeros(evidence.d_model)"), "returned `vector` with nothing but zeros"),
        (making("torch.ones(2, evidence.d_model)"), "returned `vector` of shape [2, 8] where the model needs [8]"),
        (making("torch.ones(evidence.d_model + 1)"), "returned `vector` of shape [9] where the model needs [8]"),
        (making("torch.tensor(1.0)"), "returned `vector` of shape [] where the model needs [8]"),
        (making("torch.ones(evidence.d_model).double()"), "returned torch.float64 on cpu as `vector`"),
        (DIRECTION.replace('{"vector": vector}', '{"vector": vector.numpy()}'), "returned ndarray as `vector`"),
        (DIRECTION.replace("return Fitted(tensors={", "return dict(tensors={"), "returned dict"),
        (DIRECTION.replace('{"vector": vector}', '{"other": vector}'), "returned the tensors ['other']"),
        (
            DIRECTION.replace("norm=float(vector.norm())", "norm=1.0"),
            "returned 1.0 as the norm of a vector of norm",
        ),
        (DIRECTION.replace("norm=float(vector.norm())", "norm=float('inf')"), "returned inf as the norm"),
        (DIRECTION.replace(".norm()))", ".norm()), info={'spread': vector.std()})"), "as the fact 'spread'"),
        (making("evidence.activations.mul_(2)[0]"), "changed the evidence that it was given"),
        (making("torch.randn(evidence.d_model)"), "gives another result when it is called again"),
        (
            making("torch.ones(evidence.d_model) + evidence.seed"),
            "depends on `evidence.seed`, and `random` is False",
        ),
        (DIRECTION.replace("random = False", "random = True"), "does not depend on `evidence.seed`, and `random` is"),
    ],
)
def test_a_direction_that_breaks_its_contract_is_refused_with_the_line_that_it_begins_on(write, source, words):
    message = refusal(write(source))
    assert DEFINED in message and words in message


def test_a_direction_that_remembers_other_questions_is_refused(write):
    remembering = making("self.remembered(evidence)").replace(
        "    def fit",
        """    def remembered(self, evidence):
        self.seen = {**getattr(self, "seen", {}), float(evidence.activations[0, 0]): evidence.activations[0]}
        return sum(self.seen.values())

    def fit""",
    )
    assert "gives another result after it was fitted for another question" in refusal(write(remembering))


def test_an_exception_is_reported_with_its_line(write):
    assert "`fit` failed with AttributeError on line 20" in refusal(write(making("torch.ones(evidence.width)")))


@pytest.mark.parametrize(
    "vector",
    [
        f"torch.ones({D_MODEL})",
        f"torch.ones({D_MODEL}) * evidence.activations[0]",
        "torch.load(evidence.model_folder / 'vector.pt')",
        "torch.load('/no/such/vector.pt')",
    ],
)
def test_a_direction_for_one_model_waits_for_it(write, vector):
    assert problems(write(making(vector))) == []


def test_at_its_model_a_wrong_shape_is_the_directions_fault_and_not_the_edits(write):
    path = write(making(f"torch.ones({D_MODEL + 1})") + EDIT)
    assert problems(path) == []
    with pytest.raises(WorkerError) as raised:
        make_direction(path, {}).fit(evidence())
    returned = f"returned `vector` of shape [{D_MODEL + 1}] where the model needs [{D_MODEL}]"
    assert raised.value.message == f"The user's method {path} cannot be used: {DEFINED}{returned}."


def test_a_wrong_shape_is_not_blamed_on_the_files_own_edit(write):
    message = refusal(write(making("torch.ones(3, evidence.d_model)") + EDIT))
    assert DEFINED in message and "`edit`" not in message
