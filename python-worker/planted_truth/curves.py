"""The curves of planted truths: logistic in log2 strength, with strength in shares of the median residual norm."""

import math
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

#: A curve's `octaves` are its width from .05 to .95.
STEEPNESS = 2 * math.log(19)


class Truth(BaseModel):
    """Base of everything that is planted: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Curve(Truth):
    """S(c) = 1 / (1 + exp(-2 ln 19 (log2 c - log2 threshold) / octaves)); a threshold of None is never reached."""

    threshold: Annotated[float, Field(gt=0)] | None
    octaves: Annotated[float, Field(gt=0)]

    def at(self, strength: float, shift: float = 0.0) -> float:
        """S in [0, 1] at a strength, with the threshold moved up by `shift` octaves."""
        if self.threshold is None or strength <= 0:
            return 0.0
        octaves = math.log2(strength / self.threshold) - shift
        return logistic(STEEPNESS * octaves / self.octaves)


def logistic(x: float) -> float:
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    small = math.exp(x)
    return small / (1 + small)
