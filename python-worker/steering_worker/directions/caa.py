"""Contrastive activation addition: the difference of two means."""

from typing import ClassVar

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from steering_worker.directions.direction import ContrastPosition, Direction, Evidence, Fitted, Params
from steering_worker.errors import WorkerError


class CaaParams(Params):
    position: ContrastPosition = Field(
        default="last_token", description="Token of each statement whose residual is read."
    )
    normalise: bool = Field(default=False, description="Whether the vector is divided by its norm.")


class Caa(Direction):
    """Mean residual of the positive statements minus that of the negative ones.

    v = mean_i h(positive_i) - mean_j h(negative_j), divided by |v| where `normalise` is set. Any number of statements
    on either side; they need not come in pairs. Source: Rimsky et al., arXiv 2312.06681; with one pair it is
    activation addition, Turner et al., arXiv 2308.10248.
    Departure: the paper reads the answer letter of a multiple-choice prompt, here the statements' last token or word.
    """

    kind: ClassVar[str] = "caa"
    Params: ClassVar[type[Params]] = CaaParams

    params: CaaParams

    def fit(self, evidence: Evidence) -> Fitted:
        """Raise `WorkerError` `missing_contrast`, or `zero_vector` where the two means do not differ."""
        positive, negative = contrast_residuals(self.kind, evidence)
        difference = mean_difference(positive, negative)
        size = float(difference.norm())
        if not 0 < size < float("inf"):
            raise WorkerError(
                "zero_vector",
                f"The positive and negative statements give a difference of norm {size} at layer {evidence.layer}.",
                "Give statements that differ before the position that is read (`steering-window check` tests them).",
            )
        vector = difference / size if self.params.normalise else difference
        halves = halves_cosine(positive, negative)
        info = {
            "positive": len(positive),
            "negative": len(negative),
            "top_1_share": top_share(difference, 1),
            "top_5_share": top_share(difference, 5),
            "halves_cosine": halves,
        }
        return Fitted.of_vector(vector, info)


def contrast_residuals(kind: str, evidence: Evidence) -> tuple[Float[Tensor, "p d_model"], Float[Tensor, "n d_model"]]:
    """Both sides of the contrast in float64; raise `WorkerError` where one is missing or empty."""
    if (
        evidence.positive is None
        or evidence.negative is None
        or not len(evidence.positive)
        or not len(evidence.negative)
    ):
        raise WorkerError(
            "missing_contrast",
            f"Direction {kind} needs positive and negative statements, and the contrast has none on one side.",
            "Give the question a contrast with at least one statement on each side.",
        )
    return evidence.positive.to(torch.float64), evidence.negative.to(torch.float64)


def mean_difference(
    positive: Float[Tensor, "p d_model"], negative: Float[Tensor, "n d_model"]
) -> Float[Tensor, " d_model"]:
    return positive.mean(0) - negative.mean(0)


def top_share(vector: Float[Tensor, " d_model"], dimensions: int) -> float:
    """Share of |v|^2 in the `dimensions` largest coordinates: near 1 where a few outlier dimensions dominate."""
    squares = vector.square().sort(descending=True).values
    return float(squares[:dimensions].sum() / squares.sum())


def halves_cosine(positive: Float[Tensor, "p d_model"], negative: Float[Tensor, "n d_model"]) -> float | None:
    """Cosine between the vectors of the odd and of the even statements; None with fewer than two on a side."""
    if min(len(positive), len(negative)) < 2:
        return None
    first, second = (mean_difference(positive[start::2], negative[start::2]) for start in (0, 1))
    norms = float(first.norm() * second.norm())
    return float(first @ second) / norms if norms > 0 else None
