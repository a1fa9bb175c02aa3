"""The contract of an edit: a formula that changes the residual stream at a strength. Exemplar: `add.py`."""

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from steering_worker.directions.direction import NoParams, Params

Axis = Literal["log", "linear", "none"]
StrengthUnit = Literal["raw", "resid"]


class Edit:
    """Base of every edit, constructed with its frozen params. It is pure and never sees the model.

    A subclass defines `formula`, and `kind`, `axis`, `units`, `neutral` and `tensors`.
    """

    kind: ClassVar[str]
    Params: ClassVar[type[Params]] = NoParams
    #: The scale on which strengths are spaced and windows are measured.
    axis: ClassVar[Axis]
    #: Units of its strength; `resid` only if the size of the edit is strength * |v|.
    units: ClassVar[tuple[StrengthUnit, ...]]
    #: Strength that changes nothing, or None.
    neutral: ClassVar[float | None]
    #: Fitted tensors that it needs.
    tensors: ClassVar[tuple[str, ...]]
    #: Whether `formula` reads `clean`. The unedited residual is known at one layer only: such an edit is refused at
    #: several (`layers.edited_layers`).
    needs_clean: ClassVar[bool] = False
    #: The fitted tensor that is added, times the strength, where the edit does nothing else: an engine may then add it
    #: itself, in float32, instead of calling `edit`.
    adds: ClassVar[str | None] = None

    def __init__(self, params: Any) -> None:
        self.params = params

    def layers(self, layer: int, count: int) -> tuple[int, ...]:
        """The blocks after which it acts, ascending, in a model of `count`; its vector was fitted after `layer`."""
        return (layer,)

    def formula(
        self,
        h: Float[Tensor, "batch pos d_model"],
        clean: Float[Tensor, "batch pos d_model"],
        fitted: Mapping[str, Tensor],
        c: Float[Tensor, "batch 1 1"],
    ) -> Float[Tensor, "batch pos d_model"]:
        """What the residual `h` becomes at strength `c`, one for each row; all in float32 on one device.

        `clean` is the residual that an unedited forward pass over the same tokens has here. Where the edit acts at one
        layer it is `h` itself; where it acts at several it is not computed, and every value is NaN.
        """
        raise NotImplementedError

    def edit(
        self,
        resid: Float[Tensor, "batch pos d_model"],
        clean: Float[Tensor, "batch pos d_model"],
        fitted: Mapping[str, Tensor],
        strength: Float[Tensor, " batch"],
        mask: Bool[Tensor, "batch pos"],
    ) -> Float[Tensor, "batch pos d_model"]:
        """The formula, computed in float32 and cast to `resid.dtype`, where the edit applies.

        Rows at the neutral strength and positions outside `mask` come out bit-identical.
        """
        h = resid.to(torch.float32)
        unedited = h if clean is resid else clean.to(torch.float32)
        changed = self.formula(h, unedited, fitted, strength.to(torch.float32)[:, None, None])
        applies = mask if self.neutral is None else mask & (strength != self.neutral)[:, None]
        return torch.where(applies[..., None], changed.to(resid.dtype), resid)
