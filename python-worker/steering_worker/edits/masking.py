"""How every edit writes its result: only where it applies, and in the residual's own type."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor


def per_row(strength: Float[Tensor, " batch"]) -> Float[Tensor, "batch 1 1"]:
    """Strengths in float32, shaped to meet `[batch, pos, d_model]`."""
    return strength.to(torch.float32)[:, None, None]


def write(
    resid: Float[Tensor, "batch pos d_model"],
    edited: Float[Tensor, "batch pos d_model"],
    strength: Float[Tensor, " batch"],
    mask: Bool[Tensor, "batch pos"],
    neutral: float | None,
) -> Float[Tensor, "batch pos d_model"]:
    """`edited` cast to `resid.dtype` inside the mask and off the neutral strength; `resid` itself everywhere else."""
    applies = mask if neutral is None else mask & (strength != neutral)[:, None]
    return torch.where(applies[..., None], edited.to(resid.dtype), resid)
