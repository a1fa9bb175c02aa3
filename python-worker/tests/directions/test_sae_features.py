import pytest
import torch
from pydantic import ValidationError

from steering_worker.dictionaries.dictionary import jump_relu
from steering_worker.directions.sae_features import SaeFeaturesParams
from steering_worker.errors import WorkerError
from steering_worker.methods.registry import make_direction
from tests.dictionary_files import D_MODEL, LAYER, WIDTH, dictionary_tensors, evidence, write_dictionary


@pytest.fixture
def model(tmp_path):
    write_dictionary(tmp_path / "sae")
    return str(tmp_path)


def fit(model, **params):
    return make_direction("sae_features", {"dictionary": "{model}/sae", **params}).fit(evidence(model))


def mean_activations():
    """Mean activation of every feature over the positive and over the negative statements."""
    t, given = dictionary_tensors(), evidence()
    return tuple(
        jump_relu(side, t["w_enc"], t["b_enc"], t["threshold"]).mean(0) for side in (given.positive, given.negative)
    )


@pytest.mark.parametrize("side", ["positive", "negative", "both"])
def test_contrast_takes_the_features_that_differ_most(model, side):
    positive, negative = mean_activations()
    score = {"positive": positive - negative, "negative": negative - positive, "both": (positive - negative).abs()}[
        side
    ]
    fitted = fit(model, top=5, side=side)
    assert fitted.info["features"] == score.topk(5).indices.tolist()


def test_features_that_do_not_differ_are_never_taken(model):
    positive, negative = mean_activations()
    fitted = fit(model, top=WIDTH)
    assert len(fitted.info["features"]) == int((positive > negative).sum()) < WIDTH


def test_tensors_are_the_features_columns_and_rows_in_order(model):
    ids, tensors = [7, 2, 31], dictionary_tensors()
    fitted = fit(model, features=ids)
    assert fitted.info["features"] == ids
    assert torch.equal(fitted.tensors["w_enc"], tensors["w_enc"][:, ids])
    assert torch.equal(fitted.tensors["w_dec"], tensors["w_dec"][ids])
    assert torch.equal(fitted.tensors["b_enc"], tensors["b_enc"][ids])
    assert torch.equal(fitted.tensors["threshold"], tensors["threshold"][ids])


def test_reference_is_the_mean_activation_on_the_positive_statements(model):
    positive, negative = mean_activations()
    fitted = fit(model, features=[7, 2, 31])
    torch.testing.assert_close(fitted.tensors["reference"], positive[[7, 2, 31]])
    assert fitted.info["mean_negative"] == pytest.approx(negative[[7, 2, 31]].tolist(), abs=1e-5)


def test_no_differing_feature_is_an_error(tmp_path):
    silent = dictionary_tensors()
    silent["threshold"] = torch.full((WIDTH,), 1e6)
    write_dictionary(tmp_path / "sae", tensors=silent)
    with pytest.raises(WorkerError) as raised:
        fit(str(tmp_path))
    assert raised.value.code == "no_feature"


def test_an_id_beyond_the_dictionary_is_refused(model):
    with pytest.raises(WorkerError) as raised:
        fit(model, features=[0, WIDTH])
    assert f"no feature {WIDTH}" in raised.value.message and f"0 to {WIDTH - 1}" in raised.value.message


def test_the_dictionary_of_the_layer_is_found_by_placeholders(tmp_path):
    folder = write_dictionary(tmp_path / "saes" / "tiny")
    template = str(tmp_path / "saes" / "{model_name}" / "resid_post" / "layer_{layer}_width_16k_l0_medium")
    given = evidence("/models/tiny")
    fitted = make_direction("sae_features", {"dictionary": template}).fit(given)
    assert fitted.info["dictionary"] == folder.name == f"layer_{LAYER}_width_16k_l0_medium"


@pytest.mark.parametrize(
    "params",
    [
        {"features": [1, 1]},
        {"features": []},
        {"features": [-1]},
        {"features": "all"},
        {"top": 0},
        {"features": [1], "top": 3},
        {"features": [1], "side": "both"},
        {"dictionary": "{size}/sae"},
    ],
)
def test_parameters_without_meaning_are_refused(params):
    with pytest.raises(ValidationError):
        SaeFeaturesParams.model_validate({"dictionary": "{model}/sae", **params})


def test_a_dictionary_of_another_width_is_refused(tmp_path):
    write_dictionary(tmp_path / "sae", tensors=dictionary_tensors(d_model=D_MODEL * 2))
    with pytest.raises(WorkerError) as raised:
        fit(str(tmp_path))
    assert raised.value.code == "dictionary_format"
    assert f"width {D_MODEL}" in raised.value.message
