"""Products with a packed matrix are those with the plain one."""

from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor

from steering_worker.engines.batched.matrix import Matrix, make_matrix, packs
from steering_worker.models.families.architecture import Activation

CPU = torch.device("cpu")
SHAPES = [(32, 48), (192, 1536), (33, 17)]


def both(inner: int, outer: int, dtype: torch.dtype) -> tuple[Matrix, Matrix, torch.Tensor]:
    weight = torch.randn(outer, inner, generator=torch.Generator().manual_seed(outer)) / inner**0.5
    return make_matrix(weight, dtype, True), make_matrix(weight, dtype, False), weight.to(dtype).to(torch.float64)


def rows(count: int, inner: int, dtype: torch.dtype) -> torch.Tensor:
    return torch.randn(count, inner, generator=torch.Generator().manual_seed(count)).to(dtype)


ACTIVATIONS: dict[Activation, Callable[[Tensor], Tensor]] = {
    "gelu_pytorch_tanh": partial(torch.nn.functional.gelu, approximate="tanh"),
    "silu": torch.nn.functional.silu,
}


@pytest.mark.parametrize(("inner", "outer"), SHAPES)
@pytest.mark.parametrize("count", [1, 5, 208, 700])
def test_packed_and_plain_products_are_the_exact_one_but_for_rounding(inner: int, outer: int, count: int) -> None:
    packed, plain, weight = both(inner, outer, torch.float32)
    x = rows(count, inner, torch.float32)
    exact = x.to(torch.float64) @ weight.t()
    for matrix in (packed, plain):
        assert (matrix.inner, matrix.outer) == (inner, outer)
        assert float((matrix.of(x) - exact).abs().max()) <= 2e-6 * float(exact.abs().max())
        for name, function in ACTIVATIONS.items():
            error = (matrix.activated(x, name) - function(exact)).abs().max()
            assert float(error) <= 2e-6 * float(exact.abs().max()), name


@pytest.mark.skipif(not packs(CPU, torch.bfloat16), reason="no bfloat16 in oneDNN on this processor")
def test_in_bfloat16_gelu_rounds_once() -> None:
    packed, plain, weight = both(192, 768, torch.bfloat16)
    x = rows(64, 192, torch.bfloat16)
    exact = x.to(torch.float64) @ weight.t()
    found = packed.activated(x, "gelu_pytorch_tanh").to(torch.float64)
    wanted = torch.nn.functional.gelu(exact, approximate="tanh")
    # Half a unit in the last of 8 bits, and what float32 is off by where gelu nearly vanishes.
    assert bool(((found - wanted).abs() <= 2**-8 * 1.01 * wanted.abs() + 1e-4).all())
    assert plain.activated(x, "gelu_pytorch_tanh").dtype == packed.of(x).dtype == torch.bfloat16


def test_a_row_of_a_packed_product_does_not_depend_on_its_neighbours() -> None:
    packed, _, _ = both(192, 1536, torch.float32)
    x = rows(208, 192, torch.float32)
    whole = packed.of(x)
    for count in (1, 2, 7, 100):
        assert torch.equal(packed.of(x[:count]), whole[:count])


def test_only_processors_that_onednn_knows_are_packed_for() -> None:
    assert packs(CPU, torch.float32) == torch.backends.mkldnn.is_available()
    assert not packs(CPU, torch.float64)
    assert not packs(torch.device("cuda"), torch.float32)
