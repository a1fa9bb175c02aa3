"""Activation addition."""

from collections.abc import Mapping
from typing import ClassVar

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from steering_worker.directions.direction import NoParams, Params
from steering_worker.edits.edit import Axis, StrengthUnit
from steering_worker.edits.masking import per_row, write


class Add:
    """Add the vector: h + c v.

    Strength c is in multiples of v (`raw`) or, as c |v| over the median residual norm, in shares of that norm
    (`resid`); 0 is neutral. |h| grows towards c |v| for large c. Sources: arXiv 2308.10248, 2312.06681.
    """

    kind: ClassVar[str] = "add"
    Params: ClassVar[type[Params]] = NoParams
    axis: ClassVar[Axis] = "log"
    units: ClassVar[tuple[StrengthUnit, ...]] = ("raw", "resid")
    neutral: ClassVar[float | None] = 0.0
    tensors: ClassVar[tuple[str, ...]] = ("vector",)
    adds: ClassVar[str | None] = "vector"

    def __init__(self, params: NoParams) -> None:
        self.params = params

    def edit(
        self,
        resid: Float[Tensor, "batch pos d_model"],
        clean: Float[Tensor, "batch pos d_model"],
        fitted: Mapping[str, Tensor],
        strength: Float[Tensor, " batch"],
        mask: Bool[Tensor, "batch pos"],
    ) -> Float[Tensor, "batch pos d_model"]:
        edited = resid.to(torch.float32) + per_row(strength) * fitted["vector"]
        return write(resid, edited, strength, mask, self.neutral)
