"""Median residual norms, the unit `resid`."""

import torch
from jaxtyping import Float
from torch import Tensor

from steering_worker.errors import WorkerError


def median_norms(residuals: list[Float[Tensor, "pos layers d_model"]]) -> list[float]:
    """Median over every position but `<bos>` of all prompts, one a layer."""
    norms = torch.cat([residual[1:].float().norm(dim=-1) for residual in residuals])
    if not bool(torch.isfinite(norms).all()):
        raise WorkerError(
            "residuals_non_finite",
            "The unedited model's residuals are not finite on the prompts that its norms are measured on.",
            "Use `dtype: float32`, or another checkpoint.",
        )
    return [float(value) for value in norms.double().quantile(0.5, dim=0)]
