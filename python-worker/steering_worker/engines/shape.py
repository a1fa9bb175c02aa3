"""The sizes of a model that engines need."""

from dataclasses import dataclass

import torch

from steering_worker.models.loaded import LoadedModel


@dataclass(frozen=True)
class Shape:
    """`window`: how many positions, its own included, a position sees in sliding layers."""

    layers: int
    d_model: int
    vocab_size: int
    window: int | None
    bos_id: int
    pad_id: int
    device: torch.device
    dtype: torch.dtype


def shape_of(loaded: LoadedModel) -> Shape:
    return Shape(
        layers=loaded.layers,
        d_model=loaded.d_model,
        vocab_size=loaded.vocab_size,
        window=loaded.architecture.window,
        bos_id=loaded.bos_id,
        pad_id=loaded.pad_id,
        device=loaded.device,
        dtype=loaded.dtype,
    )
