"""Feature edits on an orthonormal dictionary, where what was written can be read back."""

import pytest
import torch
from torch import Tensor

from steering_worker.dictionaries.dictionary import jump_relu
from steering_worker.errors import WorkerError
from steering_worker.methods.registry import make_edit
from tests.dictionary_files import D_MODEL, normal

K = 4
BASIS = torch.linalg.qr(normal(5, D_MODEL, D_MODEL)).Q[:, :K].contiguous()
FITTED = {
    "w_enc": BASIS,
    "b_enc": torch.zeros(K),
    "threshold": torch.full((K,), 0.2),
    "w_dec": BASIS.T.contiguous(),
    "reference": torch.tensor([1.0, 2.0, 0.5, 4.0]),
}
RESID = 2 * normal(6, 2, 3, D_MODEL)
EVERYWHERE = torch.ones(2, 3, dtype=torch.bool)


def features(resid: Tensor) -> Tensor:
    return jump_relu(resid, FITTED["w_enc"], FITTED["b_enc"], FITTED["threshold"])


def run(kind: str, params: dict[str, str], strength: float, clean: Tensor = RESID) -> Tensor:
    return make_edit(kind, params).edit(RESID, clean, FITTED, torch.full((2,), strength), EVERYWHERE)


def test_clamp_sets_an_active_feature_to_a_multiple_of_its_reference():
    active = features(RESID) > 0
    after = features(run("sae_clamp", {}, 1.5))
    expected = (1.5 * FITTED["reference"]).expand_as(after)
    assert active.any()
    torch.testing.assert_close(after[active], expected[active])


def test_clamp_adds_the_target_to_an_inactive_feature():
    inactive = features(RESID) == 0
    change = (run("sae_clamp", {}, 1.5) - RESID) @ BASIS
    expected = (1.5 * FITTED["reference"]).expand_as(change)
    torch.testing.assert_close(change[inactive], expected[inactive], atol=1e-5, rtol=1e-5)


def test_minimum_clamp_never_lowers_a_feature():
    before = features(RESID)
    after = features(run("sae_clamp", {"mode": "min"}, 0.4))
    active = before > 0
    expected = torch.maximum(before, 0.4 * FITTED["reference"])
    torch.testing.assert_close(after[active], expected[active])
    assert (before > 0.4 * FITTED["reference"]).any()


def test_clamp_to_zero_ablates():
    torch.testing.assert_close(run("sae_clamp", {}, 0.0), run("sae_ablate", {}, 1.0))


def test_ablation_silences_the_features():
    assert features(RESID).any()
    assert not features(run("sae_ablate", {}, 1.0)).any()


@pytest.mark.parametrize("strength", [0.5, 1.0, 2.0])
def test_ablation_takes_the_stated_share(strength):
    change = (run("sae_ablate", {}, strength) - RESID) @ BASIS
    torch.testing.assert_close(change, -strength * features(RESID), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("kind", "strength"), [("sae_clamp", 2.0), ("sae_ablate", 1.0)])
def test_what_the_features_do_not_explain_is_kept(kind, strength):
    outside = torch.eye(D_MODEL) - BASIS @ BASIS.T
    torch.testing.assert_close(run(kind, {}, strength) @ outside, RESID @ outside, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("kind", "strength"), [("sae_clamp", 2.0), ("sae_ablate", 1.0)])
def test_activations_are_read_from_the_clean_residual(kind, strength):
    clean = 2 * normal(8, 2, 3, D_MODEL)
    target = strength * FITTED["reference"] if kind == "sae_clamp" else (1 - strength) * features(clean)
    expected = RESID + (target - features(clean)) @ FITTED["w_dec"]
    torch.testing.assert_close(run(kind, {}, strength, clean), expected, atol=1e-5, rtol=1e-5)


def test_clamp_without_any_reference_is_refused():
    silent = {**FITTED, "reference": torch.zeros(K)}
    with pytest.raises(WorkerError) as raised:
        make_edit("sae_clamp", {}).edit(RESID, RESID, silent, torch.ones(2), EVERYWHERE)
    assert raised.value.code == "silent_features"
