"""What the decode loop and the measurements need from a model: a forward pass with hooks after its blocks."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from jaxtyping import Float, Int
from torch import Tensor

from steering_worker.engines.masks import Masks
from steering_worker.engines.reference.cache import KV
from steering_worker.engines.shape import Shape

#: Gets the residual after a block and returns what the next block reads.
ResidualHook = Callable[[Float[Tensor, "batch pos d_model"]], Float[Tensor, "batch pos d_model"]]


class Cache(Protocol):
    def update(self, keys: Tensor, values: Tensor, layer: int) -> KV:
        """Take a layer's new keys and values, and return all that its attention reads."""


class HookedModel(Protocol):
    shape: Shape

    def forward(
        self,
        ids: Int[Tensor, "batch pos"],
        position_ids: Int[Tensor, "batch pos"],
        masks: Masks,
        cache: Cache | None,
        keep: int,
    ) -> Float[Tensor, "batch keep vocab"]:
        """Logits of the last `keep` positions."""

    def hooked(self, hooks: Mapping[int, ResidualHook]) -> AbstractContextManager[None]:
        """Hooks by layer; gone on leaving, however that happens."""
