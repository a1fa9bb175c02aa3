import numpy as np
import pytest
import torch

from steering_worker.directions.random import covariance_normal
from steering_worker.errors import WorkerError
from steering_worker.methods.registry import make_direction
from tests.dictionary_files import D_MODEL, evidence, normal


def fit(seed: int = 0, **params: object) -> torch.Tensor:
    return make_direction("random", params).fit(evidence(seed=seed)).tensors["vector"]


@pytest.mark.parametrize("match", ["norm", "covariance"])
@pytest.mark.parametrize("normalise", [False, True])
def test_norm_is_that_of_the_contrasts_own_vector(match, normalise):
    caa = make_direction("caa", {"normalise": normalise}).fit(evidence())
    assert float(fit(match=match, normalise=normalise).norm()) == pytest.approx(caa.norm, rel=1e-6)


def test_draws_point_everywhere_alike():
    draws = torch.stack([fit(seed) for seed in range(400)])
    covariance = draws.T @ draws / len(draws) / draws[0].square().sum() * D_MODEL
    assert float((covariance - torch.eye(D_MODEL)).abs().max()) < 0.25
    assert float(draws.mean(0).norm() / draws[0].norm()) < 0.15


def test_covariance_draws_have_the_covariance_of_the_activations():
    activations = evidence().activations[:, :4].to(torch.float64)
    generator = np.random.Generator(np.random.Philox(key=1))
    draws = torch.stack([covariance_normal(generator, activations) for _ in range(20_000)])
    expected = torch.cov(activations.T)
    assert float((draws.mean(0) / expected.diagonal().sqrt()).abs().max()) < 0.05
    scale = torch.outer(expected.diagonal(), expected.diagonal()).sqrt()
    assert float(((torch.cov(draws.T) - expected) / scale).abs().max()) < 0.05


def test_covariance_draws_stay_in_the_span_of_the_activations():
    flat = normal(3, 30, 2) @ normal(4, 2, D_MODEL)
    vector = make_direction("random", {"match": "covariance"}).fit(evidence(activations=flat)).tensors["vector"]
    basis = torch.linalg.svd(flat - flat.mean(0)).Vh[:2]
    torch.testing.assert_close(vector @ basis.T @ basis, vector, atol=1e-4, rtol=1e-4)


def test_one_activation_has_no_covariance():
    with pytest.raises(WorkerError) as raised:
        make_direction("random", {"match": "covariance"}).fit(evidence(activations=normal(1, 1, D_MODEL)))
    assert raised.value.code == "zero_vector"


def test_first_numbers_of_a_seed_are_fixed():
    unit = fit(seed=0) / fit(seed=0).norm()
    gaussian = torch.from_numpy(np.random.Generator(np.random.Philox(key=0)).standard_normal(D_MODEL)).float()
    torch.testing.assert_close(unit, gaussian / gaussian.norm())
