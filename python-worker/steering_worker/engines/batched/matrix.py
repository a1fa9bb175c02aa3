"""A weight that rows are multiplied with, laid out the way its device multiplies fastest."""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from steering_worker.models.families.architecture import Activation

#: What oneDNN calls an activation, and its algorithm.
PACKED_ACTIVATIONS: dict[Activation, tuple[str, str]] = {"gelu_pytorch_tanh": ("gelu", "tanh"), "silu": ("swish", "")}
#: The layout is chosen for about this many rows at a time.
ROWS = 256


@dataclass(frozen=True, eq=False)
class Matrix:
    """`weight` is oneDNN's own layout of `[outer, inner]` where it is packed, and `[inner, outer]` otherwise.

    On CPUs a packed float32 product takes 5 to 55 % less time from some ten rows on, and the activation comes out of it
    for less than half of what a separate pass takes.
    """

    weight: Tensor
    packed: bool
    bias: Float[Tensor, " outer"] | None = None

    @property
    def inner(self) -> int:
        return self.weight.shape[1 if self.packed else 0]

    @property
    def outer(self) -> int:
        return self.weight.shape[0 if self.packed else 1]

    def of(self, rows: Float[Tensor, "rows inner"]) -> Float[Tensor, "rows outer"]:
        """The product of rows with the matrix."""
        if self.packed:
            product: Tensor = torch.ops.mkldnn._linear_pointwise(rows, self.weight, self.bias, "none", [], "")
            return product
        return torch.mm(rows, self.weight) if self.bias is None else torch.addmm(self.bias, rows, self.weight)

    def activated(self, rows: Float[Tensor, "rows inner"], activation: Activation) -> Float[Tensor, "rows outer"]:
        """The activation of the product, computed in float32; gelu by tanh."""
        if self.packed:
            name, algorithm = PACKED_ACTIVATIONS[activation]
            product: Tensor = torch.ops.mkldnn._linear_pointwise(rows, self.weight, self.bias, name, [], algorithm)
            return product
        wide = self.of(rows).to(torch.float32)
        if activation == "silu":
            return torch.nn.functional.silu(wide).to(rows.dtype)
        return torch.nn.functional.gelu(wide, approximate="tanh").to(rows.dtype)


def make_matrix(
    weight: Float[Tensor, "outer inner"], dtype: torch.dtype, pack: bool, bias: Float[Tensor, " outer"] | None = None
) -> Matrix:
    """Of a weight as checkpoints have it; `pack` where `packs` allows it."""
    weight = weight.detach().to(dtype)
    bias = None if bias is None else bias.detach().to(dtype)
    if pack:
        return Matrix(torch.ops.mkldnn._reorder_linear_weight(weight.contiguous(), ROWS), True, bias)
    return Matrix(weight.t().contiguous(), False, bias)


def packs(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether matrices can be packed: on CPUs that oneDNN knows, in types that they multiply."""
    if device.type != "cpu" or not torch._C._has_mkldnn:
        return False
    return dtype == torch.float32 or (dtype == torch.bfloat16 and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported()))
