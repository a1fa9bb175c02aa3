import torch

from steering_worker.methods.registry import make_edit
from tests.dictionary_files import D_MODEL, normal

EVERYWHERE = torch.ones(2, 3, dtype=torch.bool)


def test_addition_moves_along_v_by_c_times_its_norm():
    resid, vector = normal(1, 2, 3, D_MODEL), normal(2, D_MODEL)
    edited = make_edit("add", {}).edit(resid, resid, {"vector": vector}, torch.tensor([0.5, -2.0]), EVERYWHERE)
    change = edited - resid
    torch.testing.assert_close(
        change @ vector / vector.norm(), torch.tensor([[0.5], [-2.0]]) * vector.norm().expand(2, 3)
    )
    expected = torch.tensor([0.5, 2.0])[:, None] * vector.norm().expand(2, 3)
    torch.testing.assert_close(change.norm(dim=-1), expected)
