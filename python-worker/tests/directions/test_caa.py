import pytest
import torch

from steering_worker.errors import WorkerError
from steering_worker.methods.registry import make_direction
from tests.dictionary_files import D_MODEL, evidence, normal


def test_vector_is_the_difference_of_the_means():
    given = evidence()
    expected = given.positive.mean(0) - given.negative.mean(0)
    torch.testing.assert_close(make_direction("caa", {}).fit(given).tensors["vector"], expected)


def test_sides_may_differ_in_number():
    given = evidence(positive=normal(1, 1, D_MODEL), negative=normal(2, 5, D_MODEL))
    fitted = make_direction("caa", {}).fit(given)
    torch.testing.assert_close(fitted.tensors["vector"], given.positive[0] - given.negative.mean(0))
    assert fitted.info["halves_cosine"] is None
    assert (fitted.info["positive"], fitted.info["negative"]) == (1, 5)


def test_normalised_vector_has_norm_one_and_the_same_direction():
    raw, unit = (make_direction("caa", {"normalise": flag}).fit(evidence()) for flag in (False, True))
    assert unit.norm == pytest.approx(1)
    torch.testing.assert_close(unit.tensors["vector"] * raw.norm, raw.tensors["vector"])


def test_an_outlier_dimension_shows_in_the_top_share():
    outlier = torch.zeros(D_MODEL)
    outlier[5] = 1000.0
    info = make_direction("caa", {}).fit(evidence(positive=evidence().positive + outlier)).info
    assert info["top_1_share"] > 0.99
    plain = make_direction("caa", {}).fit(evidence(positive=torch.ones(2, D_MODEL), negative=torch.zeros(2, D_MODEL)))
    assert plain.info["top_1_share"] == pytest.approx(1 / D_MODEL)
    assert plain.info["top_5_share"] == pytest.approx(5 / D_MODEL)


def test_halves_agree_where_statements_do_and_disagree_where_they_contradict():
    shift = normal(4, D_MODEL)
    agree = evidence(positive=shift.expand(4, -1), negative=torch.zeros(4, D_MODEL))
    assert make_direction("caa", {}).fit(agree).info["halves_cosine"] == pytest.approx(1)
    signs = torch.tensor([1.0, -0.5, 1.0, -0.5])[:, None]
    contradict = evidence(positive=signs * shift, negative=torch.zeros(4, D_MODEL))
    assert make_direction("caa", {}).fit(contradict).info["halves_cosine"] == pytest.approx(-1)


def test_sides_that_do_not_differ_are_refused():
    given = evidence()
    with pytest.raises(WorkerError) as raised:
        make_direction("caa", {}).fit(evidence(negative=given.positive))
    assert raised.value.code == "zero_vector"
    assert "layer 3" in raised.value.message
