"""A direction and an edit of one's own: the principal component of the pairs' differences, added at constant norm."""

from collections.abc import Mapping
from typing import ClassVar

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from steering_worker.directions.direction import ContrastPosition, Direction, Evidence, Fitted, Params
from steering_worker.edits.edit import Axis, Edit, StrengthUnit
from steering_worker.errors import WorkerError


class PairComponentParams(Params):
    """Frozen; unknown parameters are refused with a suggestion. The schema reaches `steering-window methods`."""

    position: ContrastPosition = Field(default="last_token", description="Token of each statement that is read.")


class PairComponent(Direction):
    """First principal component of the pairs' differences, with the norm of their mean.

    d_i = h(positive_i) - h(negative_i); v is the first right singular vector of the matrix of d_i, turned so that its
    product with mean_i d_i is positive, times |mean_i d_i|. Source: Zou et al., arXiv 2310.01405.
    """

    Params: ClassVar[type[Params]] = PairComponentParams

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
        return Fitted.of_vector(component * mean.norm(), {"pairs": len(differences)})


class TurnTowards(Edit):
    """Add the vector and give the residual its old norm back: |h| unit(h + c v).

    Strength c is in multiples of v (`raw`), or c |v| in shares of the median residual norm (`resid`); 0 is neutral.
    The norm never changes; as c grows, h turns towards v.
    """

    axis: ClassVar[Axis] = "log"
    units: ClassVar[tuple[StrengthUnit, ...]] = ("raw", "resid")
    neutral: ClassVar[float | None] = 0.0
    tensors: ClassVar[tuple[str, ...]] = ("vector",)

    def formula(
        self,
        h: Float[Tensor, "batch pos d_model"],
        clean: Float[Tensor, "batch pos d_model"],
        fitted: Mapping[str, Tensor],
        c: Float[Tensor, "batch 1 1"],
    ) -> Float[Tensor, "batch pos d_model"]:
        moved = h + c * fitted["vector"]
        return moved * (h.norm(dim=-1, keepdim=True) / moved.norm(dim=-1, keepdim=True))


direction = PairComponent
edit = TurnTowards
