"""steering-vectors: one multiplier a batch by `multiplier`, one for each row by `operator`."""

from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import Tensor

from benchmarks.contestant import Context, Opened
from benchmarks.contestants.steered_generate import contestant, hugging_face_generate, load_model


def open_contestant(context: Context) -> Opened:
    """Hugging Face's model under `SteeringVector.apply`."""
    from steering_vectors import SteeringVector

    model = load_model(context)
    vector: Any = SteeringVector({context.sweep.shape.layer: torch.tensor(context.sweep.vector)}, "decoder_block")

    def steered(strength: Tensor | float) -> AbstractContextManager[Any]:
        applied: AbstractContextManager[Any]
        if isinstance(strength, Tensor):
            rows = strength[:, None, None]
            applied = vector.apply(model, operator=lambda _resid, added: rows * added)
        else:
            applied = vector.apply(model, multiplier=strength)
        return applied

    return contestant(context, hugging_face_generate(model), steered)
