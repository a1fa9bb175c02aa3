"""The small arithmetic of a block, arranged to make few passes over memory."""

import torch
from jaxtyping import Complex, Float
from torch import Tensor


def rms(x: Float[Tensor, "... size"], eps: Float[Tensor, ""]) -> Float[Tensor, "... size"]:
    """x over its root mean square, computed in float32; the norm's weight is folded into what reads it."""
    return (x * _over_rms(x, eps)).to(x.dtype)


def weighted_rms(
    x: Float[Tensor, "... size"], weight: Float[Tensor, "*heads size"], eps: Float[Tensor, ""]
) -> Float[Tensor, "... size"]:
    """In float32, whatever the type of x."""
    return (x * _over_rms(x, eps)).mul_(weight)


def _over_rms(x: Float[Tensor, "... size"], eps: Float[Tensor, ""]) -> Float[Tensor, "... 1"]:
    norm: Tensor = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32)
    return torch.addcmul(eps, norm, norm, value=1 / x.shape[-1]).rsqrt_()


def rotated(
    x: Float[Tensor, "... heads d_head"], turn: Complex[Tensor, "... 1 half"]
) -> Float[Tensor, "... heads d_head"]:
    """Rotary embedding of float32 numbers that lie in pairs, the first of a pair from the first half of a head."""
    pairs = torch.view_as_complex(x.view(*x.shape[:-1], -1, 2))
    return torch.view_as_real(pairs * turn).flatten(-2)
