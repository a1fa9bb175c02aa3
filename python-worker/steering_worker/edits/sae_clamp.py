"""Clamp features of a sparse autoencoder, keeping its reconstruction error."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from steering_worker.dictionaries.dictionary import jump_relu
from steering_worker.directions.direction import Params
from steering_worker.edits.edit import Axis, Edit, StrengthUnit
from steering_worker.errors import WorkerError


class SaeClampParams(Params):
    mode: Literal["set", "min"] = Field(
        default="set", description="`set`: the feature is set to the target; `min`: raised to it where it is below."
    )


class SaeClamp(Edit):
    """Set each chosen feature to a multiple of its activation on the positive statements.

    h + sum_i (c_i - f_i) W_dec[i], f from the clean residual, c_i = s reference_i (`set`) or max(f_i, s reference_i)
    (`min`). Everything that the dictionary does not explain stays as it is, so only the chosen columns and rows are
    needed. Strength s is in multiples of the reference (`raw`), on a logarithmic axis: the change is proportional to s
    where s reference is well above f. There is no neutral strength: s = 1 restores a typical activation, and s = 0
    under `set` ablates. The norm of the change is about s |sum_i reference_i W_dec[i]|. Sources: Templeton et al.,
    Scaling Monosemanticity (2024); departure: a multiple of the mean on the statements, not of the maximum.
    """

    kind: ClassVar[str] = "sae_clamp"
    Params: ClassVar[type[Params]] = SaeClampParams
    needs_clean: ClassVar[bool] = True
    axis: ClassVar[Axis] = "log"
    units: ClassVar[tuple[StrengthUnit, ...]] = ("raw",)
    neutral: ClassVar[float | None] = None
    tensors: ClassVar[tuple[str, ...]] = ("w_enc", "b_enc", "threshold", "w_dec", "reference")

    params: SaeClampParams

    def __init__(self, params: SaeClampParams) -> None:
        super().__init__(params)
        self._heard: Tensor | None = None

    def formula(
        self,
        h: Float[Tensor, "batch pos d_model"],
        clean: Float[Tensor, "batch pos d_model"],
        fitted: Mapping[str, Tensor],
        c: Float[Tensor, "batch 1 1"],
    ) -> Float[Tensor, "batch pos d_model"]:
        """Raise `WorkerError` `silent_features` if no reference is positive, since every strength would ablate."""
        self._refuse_silent(fitted["reference"])
        f = jump_relu(clean, fitted["w_enc"], fitted["b_enc"], fitted["threshold"])
        target = c * fitted["reference"]
        if self.params.mode == "min":
            target = torch.maximum(f, target)
        return h + (target - f) @ fitted["w_dec"]

    def _refuse_silent(self, reference: Float[Tensor, " features"]) -> None:
        # The host waits for the device here, so each tensor is examined once and not at every step.
        if reference is self._heard:
            return
        if not reference.any():
            raise WorkerError(
                "silent_features",
                "sae_clamp has no scale: none of the chosen features is active on the positive statements.",
                "Choose features by contrast on side positive, or use sae_ablate.",
            )
        self._heard = reference
