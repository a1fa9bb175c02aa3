"""Median residual norms, the unit `resid`."""

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from steering_worker.engines.engine import Engine
from steering_worker.errors import WorkerError
from steering_worker.progress import Progress
from steering_worker.prompt import Prompt

#: Residuals of all layers are large, so they are reduced to norms this many prompts at a time.
PROMPTS_AT_A_TIME = 8


def median_norms_of_prompts(
    engine: Engine, prompts: Sequence[Prompt], layers: Sequence[int], progress: Progress
) -> list[float]:
    """Median residual norm after each of `layers` over every position but `<bos>` of all prompts."""
    norms = [
        position_norms(engine.residuals(prompts[start : start + PROMPTS_AT_A_TIME], layers, progress))
        for start in range(0, len(prompts), PROMPTS_AT_A_TIME)
    ]
    return medians(torch.cat(norms))


def position_norms(residuals: Sequence[Float[Tensor, "pos layers d_model"]]) -> Float[Tensor, "positions layers"]:
    """Norms at every position but `<bos>`."""
    return torch.cat([residual[1:].float().norm(dim=-1) for residual in residuals])


def medians(norms: Float[Tensor, "positions layers"]) -> list[float]:
    """One for each layer. Raises `WorkerError` if the model's residuals are NaN or infinite."""
    if not bool(torch.isfinite(norms).all()):
        raise WorkerError(
            "residuals_non_finite",
            "The unedited model has NaN or infinite residuals on the prompts for its norms.",
            "Use `dtype: float32`, or another checkpoint.",
        )
    return [float(value) for value in np.median(norms.double().numpy(), axis=0)]
