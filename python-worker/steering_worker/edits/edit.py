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

    Three members are optional:

    `layers(self, layer, count) -> tuple[int, ...]`: the blocks after which it acts, ascending, given the one that its
    vector was fitted at and their number; without it, it acts after that one. `edit` is called after each of them.

    `needs_clean`: a class attribute, True where `edit` reads `clean`. The unedited residual is known at one layer only,
    so that such an edit at several layers is refused (`layers.edited_layers`).

    `adds`: of an edit of the package that adds its strength times one fitted tensor, and does nothing else, a class
    attribute that names the tensor: an engine may then add it itself, in float32, instead of calling `edit`.
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
        `clean` is the residual that an unedited forward pass over the same tokens has here: where the edit acts at one
        layer the same tensor as `resid`; where it acts at several it is not computed, and every value is NaN.
        """
