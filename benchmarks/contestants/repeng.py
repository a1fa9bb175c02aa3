"""repeng: a raw control of the block; a three-dimensional one has a strength a row."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from benchmarks.contestant import Context, Opened
from benchmarks.contestants.steered_generate import contestant, hugging_face_generate, load_model


def open_contestant(context: Context) -> Opened:
    """Hugging Face's model wrapped as `ControlModel`."""
    from repeng import ControlModel

    layer, vector = context.sweep.shape.layer, torch.tensor(context.sweep.vector)
    controlled: Any = ControlModel(load_model(context), [layer])

    @contextmanager
    def steered(strength: Tensor | float) -> Iterator[None]:
        added = strength[:, None, None] * vector if isinstance(strength, Tensor) else strength * vector
        controlled.set_raw_control({layer: added})
        try:
            yield
        finally:
            controlled.reset()

    return contestant(context, hugging_face_generate(controlled), steered)
