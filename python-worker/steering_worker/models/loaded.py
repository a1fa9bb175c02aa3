"""A model in memory, as the engines see it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch


@dataclass(frozen=True)
class LoadedModel:
    """`model` is the Hugging Face module (eager attention); `tokenizer` its tokenizer with `add_bos_token` true."""

    ref: str
    folder: Path | None
    revision: str | None
    model_class: str
    model: Any
    tokenizer: Any
    device: torch.device
    dtype: torch.dtype
    layers: int
    d_model: int
    vocab_size: int
    parameters: int
    bos_id: int
    #: Union of the config's, the generation config's and the tokenizer's end tokens.
    end_ids: frozenset[int]
    pad_id: int
    hashes: dict[str, str]
