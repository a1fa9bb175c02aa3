"""Ablate features of a sparse autoencoder, keeping its reconstruction error."""

from collections.abc import Mapping
from typing import ClassVar

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from steering_worker.dictionaries.dictionary import jump_relu
from steering_worker.directions.direction import NoParams, Params
from steering_worker.edits.edit import Axis, StrengthUnit
from steering_worker.edits.masking import per_row, write


class SaeAblate:
    """Take a share of the chosen features out of the residual: h - s sum_i f_i W_dec[i].

    f from the clean residual; everything that the dictionary does not explain stays as it is. Strength s is the share
    removed (`raw`): 0 is neutral, 1 ablates, more overshoots to the far side. Where no chosen feature is active,
    nothing changes at any strength. The norm falls by what the features carried up to s = 1 and grows in proportion
    to s for large s. Source: error-preserving feature ablation, Marks et al., arXiv 2403.19647.
    """

    kind: ClassVar[str] = "sae_ablate"
    Params: ClassVar[type[Params]] = NoParams
    needs_clean: ClassVar[bool] = True
    axis: ClassVar[Axis] = "linear"
    units: ClassVar[tuple[StrengthUnit, ...]] = ("raw",)
    neutral: ClassVar[float | None] = 0.0
    tensors: ClassVar[tuple[str, ...]] = ("w_enc", "b_enc", "threshold", "w_dec")

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
        f = jump_relu(clean.to(torch.float32), fitted["w_enc"], fitted["b_enc"], fitted["threshold"])
        edited = resid.to(torch.float32) - per_row(strength) * (f @ fitted["w_dec"])
        return write(resid, edited, strength, mask, self.neutral)
