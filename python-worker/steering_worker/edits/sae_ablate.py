"""Ablate features of a sparse autoencoder, keeping its reconstruction error."""

from collections.abc import Mapping
from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from steering_worker.dictionaries.dictionary import jump_relu
from steering_worker.edits.edit import Axis, Edit, StrengthUnit


class SaeAblate(Edit):
    """Remove a share of the chosen features from the residual: h - s sum_i f_i W_dec[i].

    f is from the clean residual; everything that the dictionary does not explain stays unchanged. Strength s is the
    share removed (`raw`): 0 is neutral, 1 ablates, more overshoots. Where no chosen feature is active,
    nothing changes at any strength. The norm falls by what the features carried up to s = 1 and grows in proportion
    to s for large s. Source: error-preserving feature ablation, Marks et al., arXiv 2403.19647.
    """

    kind: ClassVar[str] = "sae_ablate"
    needs_clean: ClassVar[bool] = True
    axis: ClassVar[Axis] = "linear"
    units: ClassVar[tuple[StrengthUnit, ...]] = ("raw",)
    neutral: ClassVar[float | None] = 0.0
    tensors: ClassVar[tuple[str, ...]] = ("w_enc", "b_enc", "threshold", "w_dec")

    def formula(
        self,
        h: Float[Tensor, "batch pos d_model"],
        clean: Float[Tensor, "batch pos d_model"],
        fitted: Mapping[str, Tensor],
        c: Float[Tensor, "batch 1 1"],
    ) -> Float[Tensor, "batch pos d_model"]:
        f = jump_relu(clean, fitted["w_enc"], fitted["b_enc"], fitted["threshold"])
        return h - c * (f @ fitted["w_dec"])
