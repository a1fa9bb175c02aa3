"""Activation addition."""

from collections.abc import Mapping
from typing import ClassVar

from jaxtyping import Float
from torch import Tensor

from steering_worker.edits.edit import Axis, Edit, StrengthUnit


class Add(Edit):
    """Add the vector: h + c v.

    Strength c is in multiples of v (`raw`) or, as c |v| over the median residual norm, in shares of that norm
    (`resid`); 0 is neutral. |h| grows towards c |v| for large c. Sources: arXiv 2308.10248, 2312.06681.
    """

    kind: ClassVar[str] = "add"
    axis: ClassVar[Axis] = "log"
    units: ClassVar[tuple[StrengthUnit, ...]] = ("raw", "resid")
    neutral: ClassVar[float | None] = 0.0
    tensors: ClassVar[tuple[str, ...]] = ("vector",)
    adds: ClassVar[str | None] = "vector"

    def formula(
        self,
        h: Float[Tensor, "batch pos d_model"],
        clean: Float[Tensor, "batch pos d_model"],
        fitted: Mapping[str, Tensor],
        c: Float[Tensor, "batch 1 1"],
    ) -> Float[Tensor, "batch pos d_model"]:
        return h + c * fitted["vector"]
