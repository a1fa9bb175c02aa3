"""Directional ablation."""

from collections.abc import Mapping
from typing import ClassVar

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from steering_worker.directions.direction import NoParams, Params
from steering_worker.edits.edit import Axis, StrengthUnit
from steering_worker.edits.masking import per_row, write


class Ablate:
    """Take out the part of the residual that lies along the vector: h - c (h . r) r, with r = v / |v|.

    Strength c is the share removed (`raw`): 0 is neutral, 1 removes the projection, 2 reflects it, more overshoots.
    The norm falls to |h| sqrt(1 - cos^2) at c = 1 and is |h| again at c = 2. Source: Arditi et al., arXiv 2406.11717
    (c = 1 at every layer and position; here at the layer and positions of the method).
    """

    kind: ClassVar[str] = "ablate"
    Params: ClassVar[type[Params]] = NoParams
    axis: ClassVar[Axis] = "linear"
    units: ClassVar[tuple[StrengthUnit, ...]] = ("raw",)
    neutral: ClassVar[float | None] = 0.0
    tensors: ClassVar[tuple[str, ...]] = ("vector",)

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
        unit = fitted["vector"] / fitted["vector"].norm()
        h = resid.to(torch.float32)
        # A product and a sum, not a matrix product: a row's result must not depend on how many rows share the batch.
        projection = (h * unit).sum(-1, keepdim=True)
        edited = h - per_row(strength) * projection * unit
        return write(resid, edited, strength, mask, self.neutral)
