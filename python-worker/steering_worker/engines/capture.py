"""Residuals of the unedited model."""

from collections.abc import Sequence
from functools import partial

import torch
from jaxtyping import Float
from torch import Tensor

from steering_worker.engines.engine import Progress, Prompt
from steering_worker.engines.hooked_model import HookedModel
from steering_worker.engines.masks import pad_left, padded_masks

#: Prompts read in one pass, unless memory asks for fewer.
ROWS = 32


def capture(
    model: HookedModel,
    prompts: Sequence[Prompt],
    layers: Sequence[int],
    rows: int,
    finished: dict[int, Float[Tensor, "pos layers d_model"]],
    progress: Progress,
) -> None:
    """Residuals after `layers` of the prompts not in `finished`, float32 on the CPU; neighbours are of like length."""
    left = sorted((n for n in range(len(prompts)) if n not in finished), key=lambda n: -len(prompts[n].ids))
    read: dict[int, Tensor] = {}
    with torch.no_grad(), model.hooked({layer: partial(_keep, read, layer) for layer in set(layers)}):
        for start in range(0, len(left), rows):
            numbers = left[start : start + rows]
            padded = pad_left([prompts[n].ids for n in numbers], model.shape.pad_id, model.shape.device)
            masks = padded_masks(padded, model.shape.window, model.shape.dtype)
            model.forward(padded.ids, padded.position_ids, masks, None, 1)
            together = torch.stack([read[layer] for layer in layers], dim=2)
            for number, residual, length in zip(numbers, together, padded.lengths, strict=True):
                finished[number] = residual[len(residual) - length :].clone()
            progress()


def _keep(read: dict[int, Tensor], layer: int, resid: Float[Tensor, "batch pos d_model"]) -> Tensor:
    read[layer] = resid.to(device="cpu", dtype=torch.float32)
    return resid
