"""What every registered direction must keep."""

from pathlib import Path

import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import save_file

from steering_worker.directions.direction import Direction, Evidence, Fitted
from steering_worker.errors import WorkerError
from steering_worker.methods.registry import DIRECTIONS, catalogue, default_contrast, make_direction
from tests.dictionary_files import D_MODEL, evidence, write_dictionary
from tests.engines.conftest import idle

VARIANTS = [
    ("caa", {}),
    ("caa", {"position": "word", "normalise": True}),
    ("random", {}),
    ("random", {"match": "covariance"}),
    ("vector_file", {"path": "VECTOR"}),
    ("sae_features", {"dictionary": "{model}/sae"}),
    ("sae_features", {"dictionary": "{model}/sae", "features": [3, 1]}),
    ("sae_features", {"dictionary": "{model}/sae", "side": "both", "top": 3}),
]


@pytest.fixture(params=VARIANTS, ids=lambda variant: f"{variant[0]}-{'-'.join(map(str, variant[1].values()))}")
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Direction, Evidence]:
    kind, params = request.param
    write_dictionary(tmp_path / "sae")
    save_file({"v": torch.arange(1.0, D_MODEL + 1)}, tmp_path / "v.safetensors")
    params = {key: str(tmp_path / "v.safetensors") if value == "VECTOR" else value for key, value in params.items()}
    return make_direction(kind, params), evidence(model_ref=str(tmp_path))


def bytes_of(fitted: Fitted) -> dict[str, bytes]:
    return {name: tensor.numpy().tobytes() for name, tensor in fitted.tensors.items()}


def test_every_registered_direction_is_covered():
    assert {kind for kind, _ in VARIANTS} == set(DIRECTIONS)


def test_registered_kinds_are_those_of_the_catalogue():
    entries = catalogue({}, idle)["directions"]
    assert [entry["kind"] for entry in entries] == list(DIRECTIONS)
    assert all(entry["kind"] == cls.kind for entry, cls in zip(entries, DIRECTIONS.values(), strict=True))
    assert all(entry["summary"].endswith(".") and entry["params_schema"]["type"] == "object" for entry in entries)


def test_fit_returns_the_declared_tensors_finite_in_float32_on_the_cpu(case):
    direction, given = case
    fitted = direction.fit(given)
    assert sorted(fitted.tensors) == sorted(direction.tensors)
    for tensor in fitted.tensors.values():
        assert tensor.dtype == torch.float32 and tensor.device.type == "cpu"
        assert torch.isfinite(tensor).all()


def test_norm_is_that_of_the_vector_or_none(case):
    direction, given = case
    fitted = direction.fit(given)
    if "vector" in fitted.tensors:
        assert fitted.tensors["vector"].shape == (D_MODEL,)
        assert fitted.norm == pytest.approx(float(fitted.tensors["vector"].norm()), rel=1e-6)
        assert fitted.norm > 0
    else:
        assert fitted.norm is None


def test_same_evidence_gives_the_same_bytes(case):
    direction, given = case
    again = type(direction)(direction.params)
    assert bytes_of(direction.fit(given)) == bytes_of(again.fit(given))


def test_the_seed_matters_exactly_where_the_direction_says_so(case):
    direction, given = case
    other = evidence(model_ref=given.model_ref, seed=1)
    assert (bytes_of(direction.fit(given)) != bytes_of(direction.fit(other))) is direction.random


def test_evidence_is_left_as_it_was(case):
    direction, given = case
    before = (given.positive.clone(), given.negative.clone(), given.activations.clone())
    direction.fit(given)
    assert all(
        torch.equal(a, b) for a, b in zip(before, (given.positive, given.negative, given.activations), strict=True)
    )


def test_a_contrast_is_read_exactly_where_it_is_needed(case):
    direction, given = case
    assert (default_contrast(type(direction)) is not None) is direction.needs_contrast
    without = evidence(model_ref=given.model_ref, positive=None, negative=None)
    if direction.needs_contrast:
        with pytest.raises(WorkerError) as raised:
            direction.fit(without)
        assert raised.value.code == "missing_contrast"
    else:
        direction.fit(without)


def test_params_are_frozen(case):
    direction, _ = case
    name = next(iter(type(direction.params).model_fields))
    with pytest.raises(ValidationError):
        setattr(direction.params, name, getattr(direction.params, name))


@pytest.mark.parametrize(("kind", "params"), VARIANTS)
def test_unknown_parameters_are_refused(kind, params):
    with pytest.raises(WorkerError) as raised:
        make_direction(kind, {**params, "unheard_of": 1})
    assert raised.value.code == "invalid_params"
    assert "unheard_of" in raised.value.message


def test_facts_are_plain_values_without_nan(case):
    direction, given = case

    def plain(value: object) -> bool:
        if isinstance(value, list):
            return all(map(plain, value))
        return value is None or isinstance(value, str | int) or (isinstance(value, float) and value == value)

    assert all(plain(value) for value in direction.fit(given).info.values())
