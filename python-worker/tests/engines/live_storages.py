"""The most memory that tensors hold while something runs, by their storages: whoever holds them counts once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.multiprocessing.reductions import StorageWeakRef
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class LiveStorages(TorchDispatchMode):
    """`peak` bytes of the given tensors and of all that operations made, after any of them. Packed weights, which have
    no storage, count as if they were never freed; temporaries inside of a kernel do not count.
    """

    def __init__(self, tensors: Iterable[Tensor]) -> None:
        super().__init__()
        self._storages: dict[int, tuple[StorageWeakRef, int]] = {}
        self._packed = 0
        self.peak = 0
        for tensor in tensors:
            self._add(tensor)

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(result):
            if isinstance(leaf, Tensor):
                self._add(leaf)
        self.peak = max(self.peak, self.live())
        return result

    def live(self) -> int:
        return self._packed + sum(size for storage, size in self._storages.values() if not storage.expired())

    def _add(self, tensor: Tensor) -> None:
        if tensor.layout == torch._mkldnn:
            self._packed += tensor.numel() * tensor.element_size()
        else:
            storage = StorageWeakRef(tensor.untyped_storage())
            self._storages[storage.cdata] = storage, tensor.untyped_storage().nbytes()
