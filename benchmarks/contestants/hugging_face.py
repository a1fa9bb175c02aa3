"""Hugging Face's `generate` with a forward hook: the loop that scripts for steering are written in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from benchmarks.contestant import Context, Opened
from benchmarks.contestants.steered_generate import contestant, hugging_face_generate, load_model


def open_contestant(context: Context) -> Opened:
    """The model with a hook on its steered block."""
    model = load_model(context)
    vector = torch.tensor(context.sweep.vector)

    @contextmanager
    def steered(strength: Tensor | float) -> Iterator[None]:
        added = strength[:, None, None] * vector if isinstance(strength, Tensor) else strength * vector

        def edit(_module: Any, _inputs: Any, output: Any) -> Any:
            return (output[0] + added, *output[1:]) if isinstance(output, tuple) else output + added

        hook = model.model.layers[context.sweep.shape.layer].register_forward_hook(edit)
        try:
            yield
        finally:
            hook.remove()

    return contestant(context, hugging_face_generate(model), steered)
