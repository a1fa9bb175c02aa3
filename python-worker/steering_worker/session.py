"""What a worker keeps between requests: models with their engines, one of them in use, and the vectors fitted on it."""

import gc
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from steering_worker.engines.engine import Engine
from steering_worker.errors import WorkerError
from steering_worker.models.loaded import LoadedModel
from steering_worker.prompt import Prompt
from steering_worker.protocol.messages import ModelReference

#: Models that are not in use stay in memory as long as all models' weights have at most this many bytes.
KEPT_BYTES = 1 << 30


@dataclass(frozen=True)
class Held:
    """A model in memory. `reference` is the request that it was loaded for.

    `norms`, the median residual norms by the prompts that they were measured on, grows.
    """

    reference: ModelReference
    loaded: LoadedModel
    engine: Engine
    engine_reason: str
    #: The faster engine was abandoned because it did not agree with the reference.
    fallback: bool
    flops_per_token: int
    #: Measured, in floating-point operations a second.
    matmul_flops: float
    norms: dict[tuple[Prompt, ...], tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Vector:
    """Fitted tensors on the model's device."""

    layer: int
    tensors: Mapping[str, Tensor]


class Session:
    """The working thread's state. `kept_bytes` bounds the weights of models that wait to be used again."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._models: list[Held] = []
        self._in_use: ModelReference | None = None
        self._vectors: dict[str, Vector] = {}
        self._kept_bytes = kept_bytes
        self._default_threads = torch.get_num_threads()

    @property
    def held(self) -> Held:
        """The model in use."""
        held = None if self._in_use is None else self._find(self._in_use)
        if held is None:
            raise WorkerError(
                "no_model", "The request needs a model, and none is loaded in this worker.", "Send `load` first."
            )
        return held

    def use(self, reference: ModelReference) -> bool:
        """Switch to a model; False if it has to be loaded. The vectors of another one are forgotten."""
        if self._in_use != reference:
            self._in_use = reference
            self._vectors.clear()
        self.use_threads(reference.threads)
        held = self._find(reference)
        if held is not None:
            self._models.remove(held)
            self._models.append(held)
        return held is not None

    def make_room(self) -> None:
        """Free models until there is room for another one, the longest unused first."""
        kept = len(self._models)
        while self._models and sum(weight_bytes(held.loaded) for held in self._models) > self._kept_bytes:
            self._models.pop(0)
        if len(self._models) < kept:
            gc.collect()
            if torch.cuda.is_available():
                torch.cuda.empty_cache()

    def hold(self, held: Held) -> None:
        """Keep a model, in use from now on."""
        self._models.append(held)
        self._in_use = held.reference

    def _find(self, reference: ModelReference) -> Held | None:
        return next((held for held in self._models if held.reference == reference), None)

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


def weight_bytes(loaded: LoadedModel) -> int:
    """Memory of a model's weights."""
    return loaded.parameters * loaded.dtype.itemsize
