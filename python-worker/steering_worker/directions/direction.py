"""The contract of a direction: fits tensors from what the model shows of a contrast. Exemplar: `caa.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Literal

import torch
from jaxtyping import Float
from pydantic import BaseModel, ConfigDict
from torch import Tensor

ContrastPosition = Literal["last_token", "word"]


class Params(BaseModel):
    """Base of every direction's and edit's parameters: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NoParams(Params):
    """No parameters."""


@dataclass(frozen=True)
class Evidence:
    """What a direction may look at.

    positive, negative: residuals after the layer at the contrast's position, one row for each statement, float32 on
        the CPU; None for a direction that declares no contrast.
    activations: residuals after the layer at every non-`<bos>` position of the statements and of the question prompts.
    resid_norm: median norm of the residuals at the question prompts.
    """

    layer: int
    d_model: int
    positive: Float[Tensor, "statements d_model"] | None
    negative: Float[Tensor, "statements d_model"] | None
    activations: Float[Tensor, "tokens d_model"]
    resid_norm: float
    model_ref: str
    model_folder: Path | None
    seed: int


@dataclass(frozen=True)
class Fitted:
    """Named tensors (float32, CPU), the vector's norm where there is one vector, and facts worth reporting."""

    tensors: Mapping[str, Tensor]
    norm: float | None
    info: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of_vector(cls, vector: Float[Tensor, " d_model"], info: Mapping[str, Any]) -> "Fitted":
        """One vector, cast to float32, with its norm."""
        vector = vector.to(torch.float32)
        return cls(tensors={"vector": vector}, norm=float(vector.norm()), info=info)


class Direction:
    """Base of every direction, constructed with its frozen params. A subclass defines `kind` and `fit`.

    Where the position at which statements are read is a parameter, it is called `position`.
    """

    kind: ClassVar[str]
    Params: ClassVar[type[Params]] = NoParams
    #: Names of the tensors that `fit` returns.
    tensors: ClassVar[tuple[str, ...]] = ("vector",)
    #: Whether `Evidence.positive` and `negative` are needed.
    needs_contrast: ClassVar[bool] = True
    #: Whether the result depends on `Evidence.seed`.
    random: ClassVar[bool] = False

    def __init__(self, params: Any) -> None:
        self.params = params

    def fit(self, evidence: Evidence) -> Fitted:
        """Pure: same evidence, same tensors.

        Raise `WorkerError` where the evidence cannot give a direction (a zero difference, a missing file).
        """
        raise NotImplementedError
