from pathlib import Path

import pytest
import yaml

from steering_worker.errors import WorkerError
from steering_worker.methods.registry import DIRECTIONS, EDITS, catalogue, check_params, make_direction, make_edit
from tests.engines.conftest import idle

PRESETS = sorted((Path(__file__).parents[3] / "configs" / "methods").glob("*.yaml"))


def entry(role: str, kind: str, **params: object) -> dict[str, object]:
    return {"role": role, "kind": kind, "params": params}


def component(preset: dict[str, dict[str, object]], role: str) -> dict[str, object]:
    params = dict(preset[role])
    return entry(role, str(params.pop("kind")), **params)


def test_catalogue_entries_have_the_keys_of_the_protocol():
    found = catalogue({}, idle)
    assert set(found) == {"directions", "edits"}
    direction_keys = {"kind", "summary", "params_schema", "needs_contrast", "contrast", "random", "tensors"}
    assert all(set(each) == direction_keys for each in found["directions"])
    assert all(
        set(each) == {"kind", "summary", "params_schema", "axis", "units", "neutral", "tensors"}
        for each in found["edits"]
    )


def test_catalogue_says_where_statements_are_read_by_default():
    contrast = {each["kind"]: each["contrast"] for each in catalogue({}, idle)["directions"]}
    assert contrast == {"caa": "last_token", "random": "last_token", "vector_file": None, "sae_features": "last_token"}


def test_an_unknown_kind_is_refused_with_a_suggestion():
    with pytest.raises(WorkerError) as raised:
        make_direction("ca", {})
    assert raised.value.code == "unknown_kind" and "did you mean 'caa'?" in raised.value.message
    with pytest.raises(WorkerError) as raised:
        make_edit("caa", {})
    assert "add, ablate, sae_clamp, sae_ablate" in raised.value.advice


def test_invalid_parameters_name_path_value_and_expectation():
    with pytest.raises(WorkerError) as raised:
        make_direction("caa", {"position": "first", "normalize": True})
    assert raised.value.code == "invalid_params"
    message = raised.value.message
    assert "position: input should be 'last_token' or 'word', received 'first'" in message
    assert "normalize: unknown parameter (did you mean 'normalise'?), received True" in message


def test_check_params_reports_every_problem_by_entry():
    problems = check_params(
        [
            entry("direction", "caa", position="word"),
            entry("direction", "sae_features", features=[3, -1], top=0),
            entry("edit", "sae_clam"),
            entry("edit", "add", strength=2),
        ],
        idle,
    )
    assert [(problem["index"], problem["path"]) for problem in problems] == [
        (1, "dictionary"),
        (1, "features.1"),
        (1, "top"),
        (2, "kind"),
        (3, "strength"),
    ]
    assert all(problem["message"] for problem in problems)


def test_a_problem_of_several_parameters_has_the_whole_as_its_path():
    (problem,) = check_params([entry("direction", "sae_features", dictionary="/sae", features=[1], top=2)], idle)
    assert problem == {
        "index": 0,
        "path": "",
        "message": "top has no meaning beside a list of feature ids; leave it out",
    }


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
def test_shipped_presets_name_components_that_fit_together(path):
    preset = yaml.safe_load(path.read_text())
    assert preset["name"] == path.stem
    assert set(preset) <= {
        "name", "role", "direction", "edit", "kind", "draws", "strengths", "samples", "layers", "positions"
    }  # fmt: skip
    if preset.get("kind") == "prompt":
        assert "direction" not in preset and "edit" not in preset
        return
    assert check_params([component(preset, "direction"), component(preset, "edit")], idle) == []
    direction, edit = DIRECTIONS[preset["direction"]["kind"]], EDITS[preset["edit"]["kind"]]
    assert set(edit.tensors) <= set(direction.tensors)
    assert direction.random == (preset.get("role") == "control") == ("draws" in preset)
    if "strengths" in preset:
        assert preset["strengths"]["unit"] in edit.units
        assert "values" in preset["strengths"] or preset["strengths"]["spacing"] == edit.axis
