"""The contract of an edit: applies what was fitted to the residual stream at a strength. Exemplar: `add.py`."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Protocol

from jaxtyping import Bool, Float
from torch import Tensor

from steering_worker.directions.direction import Params

Axis = Literal["log", "linear", "none"]
StrengthUnit = Literal["raw", "resid"]


class Edit(Protocol):
    """Constructed with its frozen params; `edit` is pure and never sees the model.

    An edit of the package that adds its strength times one fitted tensor, and does nothing else, may name that tensor
    in a class attribute `adds`: an engine may then add it itself, in float32, instead of calling `edit`.
    """

    kind: ClassVar[str]
    Params: ClassVar[type[Params]]
    #: The scale on which strengths are spaced and windows measured.
    axis: ClassVar[Axis]
    #: Units that its strength may be given in; `resid` only where the edit's size is strength * |v|.
    units: ClassVar[tuple[StrengthUnit, ...]]
    #: Strength that changes nothing, or None.
    neutral: ClassVar[float | None]
    #: Fitted tensors that it needs.
    tensors: ClassVar[tuple[str, ...]]

    def __init__(self, params: Any) -> None: ...

    def edit(
        self,
        resid: Float[Tensor, "batch pos d_model"],
        clean: Float[Tensor, "batch pos d_model"],
        fitted: Mapping[str, Tensor],
        strength: Float[Tensor, " batch"],
        mask: Bool[Tensor, "batch pos"],
    ) -> Float[Tensor, "batch pos d_model"]:
        """Return the edited residual. Rows at the neutral strength and positions outside `mask` come out bit-identical.

        The arithmetic is done in float32 and cast back to `resid.dtype`; `fitted` is float32 on `resid.device`.
        `clean` is the residual that an unedited forward pass over the same tokens has here (for a single layer the
        same tensor as `resid`).
        """
