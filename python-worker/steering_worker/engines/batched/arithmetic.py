"""Gemma 3's small arithmetic, shaped so that few passes over memory are made."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

_INNER = 2 * math.sqrt(2 / math.pi)
_CUBIC = _INNER * 0.044715


def rms(x: Float[Tensor, "... size"], eps: float) -> Float[Tensor, "... size"]:
    """x over its root mean square, computed in float32; the norm's weight is folded into what reads it."""
    return (x * _over_rms(x, eps)).to(x.dtype)


def weighted_rms(x: Float[Tensor, "... size"], weight: Float[Tensor, " size"], eps: float) -> Float[Tensor, "... size"]:
    return (x * _over_rms(x, eps) * weight).to(x.dtype)


def _over_rms(x: Float[Tensor, "... size"], eps: float) -> Float[Tensor, "... 1"]:
    norm: Tensor = torch.linalg.vector_norm(x, dim=-1, keepdim=True, dtype=torch.float32)
    return norm.square_().mul_(1 / x.shape[-1]).add_(eps).rsqrt_()


def gated(gate_up: Float[Tensor, "rows twice"]) -> Float[Tensor, "rows half"]:
    """gelu(gate) * up, in float32.

    The tanh approximation of gelu is x sigmoid(2 sqrt(2/pi) (x + .044715 x^3)), and a sigmoid costs half a tanh here.
    """
    gate, up = gate_up.to(torch.float32).chunk(2, dim=-1)
    share = (gate * gate).mul_(_CUBIC).add_(_INNER).mul_(gate).sigmoid_()
    return share.mul_(gate).mul_(up).to(gate_up.dtype)


def rotated(
    x: Float[Tensor, "... heads d_head"], cos: Float[Tensor, "... 1 d_head"], sin: Float[Tensor, "... 1 d_head"]
) -> Float[Tensor, "... heads d_head"]:
    """Rotary embedding; `sin` has its first half negated, so that the halves are only swapped here."""
    half = x.shape[-1] // 2
    return torch.addcmul(x * cos, torch.cat((x[..., half:], x[..., :half]), dim=-1), sin)
