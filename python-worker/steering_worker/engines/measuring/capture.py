"""Residuals of the unedited model."""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from steering_worker.engines.masks import Padded, pad_left
from steering_worker.engines.measuring.layered_model import LayeredModel
from steering_worker.progress import Progress
from steering_worker.prompt import Prompt

#: Prompts read in one pass, unless memory allows fewer.
ROWS = 32


def capture(
    model: LayeredModel,
    prompts: Sequence[Prompt],
    layers: Sequence[int],
    rows: int,
    finished: dict[int, Float[Tensor, "pos layers d_model"]],
    progress: Progress,
) -> None:
    """Residuals after `layers` of the prompts not in `finished`, float32 on the CPU; neighbours are of like length.

    The blocks above the last of the layers are not run.
    """
    left = sorted((n for n in range(len(prompts)) if n not in finished), key=lambda n: -len(prompts[n].ids))
    with torch.inference_mode():
        for start in range(0, len(left), rows):
            numbers = left[start : start + rows]
            padded = pad_left([prompts[n].ids for n in numbers], model.shape.pad_id, model.shape.device)
            together = torch.stack(_read(model, padded, layers), dim=2)
            for number, residual, length in zip(numbers, together, padded.lengths, strict=True):
                finished[number] = residual[len(residual) - length :].clone()
            progress()


def _read(model: LayeredModel, padded: Padded, layers: Sequence[int]) -> list[Float[Tensor, "batch pos d_model"]]:
    resid, placed = model.start(padded)
    read: dict[int, Tensor] = {}
    done = 0
    for layer in sorted(set(layers)):
        resid = model.blocks(resid, placed, done, layer + 1)
        done = layer + 1
        read[layer] = resid.to(device="cpu", dtype=torch.float32)
    return [read[layer] for layer in layers]
