"""The example of version 0.1.0, which casts and masks by itself."""

from collections.abc import Mapping
from typing import ClassVar

import torch
from jaxtyping import Bool, Float
from pydantic import Field
from torch import Tensor

from steering_worker.directions.direction import ContrastPosition, Evidence, Fitted, NoParams, Params
from steering_worker.edits.edit import Axis, StrengthUnit
from steering_worker.errors import WorkerError


class PairComponentParams(Params):
    """Frozen; unknown parameters are refused with a suggestion. The schema reaches `steering-window methods`."""

    position: ContrastPosition = Field(default="last_token", description="Token of each statement that is read.")


class PairComponent:
    """First principal component of the pairs' differences, with the norm of their mean.

    d_i = h(positive_i) - h(negative_i); v is the first right singular vector of the matrix of d_i, turned so that its
    product with mean_i d_i is positive, times |mean_i d_i|. Source: Zou et al., arXiv 2310.01405.
    """

    Params: ClassVar[type[Params]] = PairComponentParams
    tensors: ClassVar[tuple[str, ...]] = ("vector",)
    needs_contrast: ClassVar[bool] = True
    random: ClassVar[bool] = False

    def __init__(self, params: PairComponentParams) -> None:
        self.params = params

    @property
    def contrast(self) -> ContrastPosition:
        return self.params.position

    def fit(self, evidence: Evidence) -> Fitted:
        if evidence.positive is None or evidence.negative is None or len(evidence.positive) != len(evidence.negative):
            raise WorkerError(
                "unpaired_statements",
                "PairComponent needs as many positive statements as negative ones.",
                "Give the question's contrast in pairs.",
            )
        differences = (evidence.positive - evidence.negative).to(torch.float64)
        mean = differences.mean(0)
        component = torch.linalg.svd(differences, full_matrices=False).Vh[0]
        component = component * torch.sign(component @ mean)
        vector = (component * mean.norm()).to(torch.float32)
        return Fitted(tensors={"vector": vector}, norm=float(vector.norm()), info={"pairs": len(differences)})


class TurnTowards:
    """Add the vector and give the residual its old norm back: |h| unit(h + c v).

    Strength c is in multiples of v (`raw`), or c |v| in shares of the median residual norm (`resid`); 0 is neutral.
    The norm never changes; as c grows, h turns towards v.
    """

    Params: ClassVar[type[Params]] = NoParams
    axis: ClassVar[Axis] = "log"
    units: ClassVar[tuple[StrengthUnit, ...]] = ("raw", "resid")
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
        h = resid.to(torch.float32)
        moved = h + strength[:, None, None] * fitted["vector"]
        turned = moved * (h.norm(dim=-1, keepdim=True) / moved.norm(dim=-1, keepdim=True))
        # Rows at the neutral strength and positions outside the mask come out bit for bit as they went in.
        applies = mask & (strength != 0)[:, None]
        return torch.where(applies[..., None], turned.to(resid.dtype), resid)


direction = PairComponent
edit = TurnTowards
