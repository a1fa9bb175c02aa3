"""A model in memory with the engine that runs it."""

from dataclasses import dataclass

import torch

from steering_worker.engines.engine import Engine
from steering_worker.models.loaded import LoadedModel


@dataclass(frozen=True)
class ModelSource:
    """What an engine loads: an absolute folder or a hub id, and where it is to run."""

    ref: str
    revision: str | None
    device: str
    dtype: str


@dataclass(frozen=True)
class MadeEngine:
    """A loaded model with its engine, and one sentence on why that engine was taken.

    `fallback` is true if `auto` had to abandon the faster engine because it did not agree with the reference.
    """

    loaded: LoadedModel
    engine: Engine
    reason: str
    fallback: bool = False


def make_deterministic(device: torch.device) -> None:
    """On the CPU, algorithms are deterministic by default."""
    torch.use_deterministic_algorithms(device.type == "cuda", warn_only=True)
    # Nothing reads uninitialised memory, and filling it would cost a kernel for every tensor.
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
