"""With bfloat16 weights the edit, the norms and the softmax are computed in float32."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from steering_worker.engines.batched.additive_tables import Added, fill_tables, make_tables, slots_of
from steering_worker.engines.batched.arithmetic import rms, weighted_rms
from steering_worker.engines.batched.batched import BatchedEngine
from steering_worker.engines.engine import Row
from steering_worker.models.load import load_model
from tests.checkpoints import make_text_checkpoint
from tests.engines.conftest import add_edit, idle, prompt, row, sampled

HIDDEN = 32


class Dtypes(TorchDispatchMode):
    """The dtypes that operations give, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[str, set[torch.dtype]] = {}

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if isinstance(result, Tensor):
            self.given.setdefault(func.overloadpacket.__name__, set()).add(result.dtype)
        return result


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> BatchedEngine:
    folder: Path = make_text_checkpoint(tmp_path_factory.mktemp("precision"), layers=3, hidden=HIDDEN)
    return BatchedEngine(load_model(str(folder), None, "cpu", "bfloat16", idle))


def test_softmax_and_norms_of_a_block_are_float32(engine: BatchedEngine) -> None:
    rows: list[Row] = [row(f"{n}", prompt(6, n), sampled(4), add_edit(HIDDEN, 1), 0.5 * n) for n in range(4)]
    with Dtypes() as dtypes:
        engine.generate(rows, 4, 1, idle)
    products = [found for name, found in dtypes.given.items() if name in ("_linear_pointwise", "mm", "matmul")]
    assert products and set[torch.dtype]().union(*products) == {torch.bfloat16}
    for operation in ("softmax", "vector_norm"):
        given = set[torch.dtype]().union(*(found for name, found in dtypes.given.items() if operation in name))
        assert given == {torch.float32}, operation


def test_norms_round_once() -> None:
    x = torch.randn(64, HIDDEN, generator=torch.Generator().manual_seed(0)).to(torch.bfloat16)
    weight = 1 + 0.3 * torch.randn(HIDDEN, generator=torch.Generator().manual_seed(1))
    eps = torch.tensor(1e-6)
    wide = x.to(torch.float64)
    normed = wide * torch.rsqrt((wide * wide).mean(dim=-1, keepdim=True) + 1e-6)
    # Half a unit in the last of bfloat16's 8 bits, and what float32 adds.
    weighted = weighted_rms(x, weight, eps)
    assert weighted.dtype == torch.float32
    assert torch.allclose(weighted.to(torch.float64), normed * weight.to(torch.float64), rtol=1e-6)
    assert rms(x, eps).dtype == torch.bfloat16
    assert float(((rms(x, eps).to(torch.float64) - normed) / normed).abs().max()) <= 2**-9 * 1.01 * 2


def test_an_added_vector_is_added_in_float32() -> None:
    applied = add_edit(HIDDEN, 0)
    tables = make_tables([applied], 3, torch.device("cpu"))
    strengths = [0.37, -1.13, 2.71]
    fill_tables(tables, slots_of([applied]), [Added(n, applied, s) for n, s in enumerate(strengths)], 3)
    resid = torch.randn(3, 1, HIDDEN, generator=torch.Generator().manual_seed(2)).to(torch.bfloat16)
    edited, _ = tables[0].add(resid)
    vector = applied.fitted["vector"]
    exact = resid.to(torch.float32) + torch.tensor(strengths)[:, None, None] * vector
    assert torch.equal(edited, exact.to(torch.bfloat16))
    in_bfloat16 = resid + torch.tensor(strengths, dtype=torch.bfloat16)[:, None, None] * vector.to(torch.bfloat16)
    assert not torch.equal(edited, in_bfloat16)
