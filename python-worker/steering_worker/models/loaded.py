"""A model in memory, as the engines see it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from steering_worker.models.families.architecture import Architecture


@dataclass(frozen=True)
class LoadedModel:
    """What is known of a model that some engine runs; `tokenizer` has `add_bos_token` true."""

    ref: str
    folder: Path | None
    revision: str | None
    model_class: str
    architecture: Architecture
    tokenizer: Any
    device: torch.device
    dtype: torch.dtype
    parameters: int
    bos_id: int
    #: Union of the config's, the generation config's and the tokenizer's end tokens.
    end_ids: frozenset[int]
    pad_id: int
    hashes: dict[str, str]

    @property
    def layers(self) -> int:
        return self.architecture.layers

    @property
    def d_model(self) -> int:
        return self.architecture.d_model

    @property
    def vocab_size(self) -> int:
        return self.architecture.vocab_size


@dataclass(frozen=True)
class HuggingFaceModel(LoadedModel):
    """With its module, in eager attention."""

    model: Any
