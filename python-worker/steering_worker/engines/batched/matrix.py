"""A weight that rows are multiplied with, laid out the way its device multiplies fastest."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

#: The layout is chosen for about so many rows at a time.
ROWS = 256


@dataclass(frozen=True, eq=False)
class Matrix:
    """`weight` is oneDNN's own layout of `[outer, inner]` where it is packed, and `[inner, outer]` otherwise.

    On CPUs a packed float32 product takes 5 to 55 % less time from some ten rows on, and gelu comes out of it for less
    than half of what a pass of its own takes.
    """

    weight: Tensor
    packed: bool

    @property
    def inner(self) -> int:
        return self.weight.shape[1 if self.packed else 0]

    @property
    def outer(self) -> int:
        return self.weight.shape[0 if self.packed else 1]

    def of(self, rows: Float[Tensor, "rows inner"]) -> Float[Tensor, "rows outer"]:
        """The product of rows with the matrix."""
        if self.packed:
            product: Tensor = torch.ops.mkldnn._linear_pointwise(rows, self.weight, None, "none", [], "")
            return product
        return torch.mm(rows, self.weight)

    def gelu_of(self, rows: Float[Tensor, "rows inner"]) -> Float[Tensor, "rows outer"]:
        """gelu (by tanh) of the product, computed in float32."""
        if self.packed:
            product: Tensor = torch.ops.mkldnn._linear_pointwise(rows, self.weight, None, "gelu", [], "tanh")
            return product
        wide = torch.mm(rows, self.weight).to(torch.float32)
        return torch.nn.functional.gelu(wide, approximate="tanh").to(rows.dtype)


def make_matrix(weight: Float[Tensor, "outer inner"], dtype: torch.dtype, pack: bool) -> Matrix:
    """Of a weight as checkpoints have it; `pack` where `packs` allows it."""
    weight = weight.detach().to(dtype)
    if pack:
        return Matrix(torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), ROWS), True)
    return Matrix(weight.t().contiguous(), False)


def packs(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether matrices can be packed: on CPUs that oneDNN knows, in types that they multiply."""
    if device.type != "cpu" or not torch._C._has_mkldnn:
        return False
    return dtype == torch.float32 or (dtype == torch.bfloat16 and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported()))
