"""What a worker holds between requests: one model with its engine, and the vectors fitted on it."""

import gc
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from steering_worker.engines.engine import Engine
from steering_worker.errors import WorkerError
from steering_worker.models.loaded import LoadedModel
from steering_worker.protocol.messages import ModelReference


@dataclass(frozen=True)
class Held:
    """A model in memory. `reference` is the request that it was loaded for."""

    reference: ModelReference
    loaded: LoadedModel
    engine: Engine
    engine_reason: str


@dataclass(frozen=True)
class Vector:
    """Fitted tensors on the model's device."""

    layer: int
    tensors: Mapping[str, Tensor]


class Session:
    """The working thread's state."""

    def __init__(self) -> None:
        self._held: Held | None = None
        self._vectors: dict[str, Vector] = {}
        self._default_threads = torch.get_num_threads()

    @property
    def held(self) -> Held:
        if self._held is None:
            raise WorkerError(
                "no_model", "The request needs a model, and none is loaded in this worker.", "Send `load` first."
            )
        return self._held

    def holds(self, reference: ModelReference) -> bool:
        return self._held is not None and self._held.reference == reference

    def let_go(self) -> None:
        """Free the model, its vectors and the memory that they took."""
        self._held = None
        self._vectors.clear()
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def hold(self, held: Held) -> None:
        self._held = held

    def use_threads(self, threads: int | None) -> None:
        torch.set_num_threads(threads or self._default_threads)

    def keep_vector(self, name: str, layer: int, tensors: Mapping[str, Tensor]) -> None:
        self.check_layer(layer)
        device = self.held.loaded.device
        self._vectors[name] = Vector(layer, {key: tensor.to(device) for key, tensor in tensors.items()})

    def vector(self, name: str, layer: int) -> Vector:
        """The vector of that name, which must have been fitted or put at that layer."""
        vector = self._vectors.get(name)
        if vector is None:
            raise WorkerError(
                "unknown_vector",
                f"The vector `{name}` was neither fitted nor put since the model was loaded.",
                "Send `fit` or `put` first.",
            )
        if vector.layer != layer:
            raise WorkerError(
                "wrong_layer",
                f"The vector `{name}` belongs to layer {vector.layer}, not to layer {layer}.",
                "Use it at its own layer.",
            )
        return vector

    def check_layer(self, layer: int) -> None:
        layers = self.held.loaded.layers
        if layer >= layers:
            raise WorkerError(
                "layer_out_of_range",
                f"The layer {layer} does not exist: `{self.held.loaded.ref}` has layers 0 to {layers - 1}.",
                "Give an existing layer, or a fraction of the depth.",
            )
