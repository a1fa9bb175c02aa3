"""Directional ablation."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from steering_worker.directions.direction import Params
from steering_worker.edits.edit import Axis, Edit, StrengthUnit


class AblateParams(Params):
    at: Literal["layer", "every_layer"] = Field(
        default="layer",
        description="`layer`: after the block that the vector was fitted at; `every_layer`: after every block.",
    )


class Ablate(Edit):
    """Remove the component of the residual along the vector: h - c (h . r) r, with r = v / |v|.

    Strength c is the share removed (`raw`): 0 is neutral, 1 removes the projection, 2 reflects it, more overshoots.
    The norm falls to |h| sqrt(1 - cos^2) at c = 1 and is |h| again at c = 2.

    `at: every_layer` does so after every block with the same vector: the component along r is scaled by 1 - c at each
    block, so that for c between 0 and 2 it decays with depth, and above 2 it grows and alternates in sign. Source:
    Arditi et al., arXiv 2406.11717 (c = 1, at every position and layer; the paper also ablates in the embedding and
    between attention and MLP).
    """

    kind: ClassVar[str] = "ablate"
    Params: ClassVar[type[Params]] = AblateParams
    axis: ClassVar[Axis] = "linear"
    units: ClassVar[tuple[StrengthUnit, ...]] = ("raw",)
    neutral: ClassVar[float | None] = 0.0
    tensors: ClassVar[tuple[str, ...]] = ("vector",)

    params: AblateParams

    def layers(self, layer: int, count: int) -> tuple[int, ...]:
        return tuple(range(count)) if self.params.at == "every_layer" else (layer,)

    def formula(
        self,
        h: Float[Tensor, "batch pos d_model"],
        clean: Float[Tensor, "batch pos d_model"],
        fitted: Mapping[str, Tensor],
        c: Float[Tensor, "batch 1 1"],
    ) -> Float[Tensor, "batch pos d_model"]:
        unit = fitted["vector"] / fitted["vector"].norm()
        # A product and a sum, not a matrix product: a row's result must not depend on how many rows share the batch.
        projection: Tensor = (h * unit).sum(-1, keepdim=True)
        removed: Tensor = c * projection * unit
        return h - removed
