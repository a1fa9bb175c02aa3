import pytest
import torch

from steering_worker.methods.registry import make_edit
from tests.dictionary_files import D_MODEL, normal

VECTOR = 7 * normal(2, D_MODEL)
UNIT = VECTOR / VECTOR.norm()


def ablate(resid: torch.Tensor, strength: float) -> torch.Tensor:
    every = torch.ones(resid.shape[:2], dtype=torch.bool)
    return make_edit("ablate", {}).edit(resid, resid, {"vector": VECTOR}, torch.full((len(resid),), strength), every)


def test_ablation_removes_the_projection():
    edited = ablate(normal(1, 2, 3, D_MODEL), 1.0)
    torch.testing.assert_close(edited @ UNIT, torch.zeros(2, 3), atol=1e-6, rtol=0)


@pytest.mark.parametrize("strength", [0.25, 1.0, 3.0])
def test_ablation_leaves_what_is_orthogonal(strength):
    resid = normal(1, 2, 3, D_MODEL)
    edited = ablate(resid, strength)
    orthogonal = torch.eye(D_MODEL) - torch.outer(UNIT, UNIT)
    torch.testing.assert_close(edited @ orthogonal, resid @ orthogonal, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(edited @ UNIT, (1 - strength) * (resid @ UNIT), atol=1e-5, rtol=1e-5)


def test_twice_the_projection_reflects_and_keeps_the_norm():
    resid = normal(1, 2, 3, D_MODEL)
    edited = ablate(resid, 2.0)
    torch.testing.assert_close(edited.norm(dim=-1), resid.norm(dim=-1))
    torch.testing.assert_close(ablate(edited, 2.0), resid, atol=1e-5, rtol=1e-5)
