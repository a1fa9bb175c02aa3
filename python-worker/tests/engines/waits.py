"""A counter of what makes the host wait for the device, or copies between the two."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

#: Methods that give the host what the device holds.
READING = (
    "item",
    "tolist",
    "numpy",
    "cpu",
    "__array__",
    "__bool__",
    "__int__",
    "__float__",
    "__index__",
    "__contains__",
    "__format__",
    "__repr__",
    "equal",
    "is_nonzero",
)
#: Operations whose result has a shape that the data decide, that read a value, or that take a copy from the host.
WAITING = ("_local_scalar_dense", "nonzero", "masked_select", "equal", "_unique2", "unique_dim", "lift_fresh")


class Waits:
    """Counts by phase and name. `device`, that very object, is where everything lies: `to(device)` copies nothing.

    No GPU is needed: what is counted is the same whatever the device.
    """

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.phase = ""
        self.counts: dict[str, Counter[str]] = {}
        self._inside = False

    @contextmanager
    def counting(self) -> Iterator["Waits"]:
        with _Operations(self), _Functions(self):
            yield self

    def of(self, phase: str = "") -> Counter[str]:
        return self.counts.get(phase, Counter())

    def count(self, name: str) -> None:
        """Once, though a method that waits calls an operation that does."""
        if not self._inside:
            self.counts.setdefault(self.phase, Counter())[name] += 1

    @contextmanager
    def once(self) -> Iterator[None]:
        self._inside = True
        try:
            yield
        finally:
            self._inside = False


class _Functions(TorchFunctionMode):
    """Functions and methods as Python calls them: on a CPU some of them, like `tolist`, run no operation."""

    def __init__(self, waits: Waits) -> None:
        super().__init__()
        self._waits = waits

    def __torch_function__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        given = kwargs or {}
        name = getattr(func, "__name__", "")
        if name not in READING and not (name == "to" and self._leaves(args[1:], given)):
            return func(*args, **given)
        self._waits.count(name)
        with self._waits.once():
            return func(*args, **given)

    def _leaves(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> bool:
        targets = [part for part in (*args, *kwargs.values()) if isinstance(part, torch.device | str)]
        return any(target is not self._waits.device for target in targets)


class _Operations(TorchDispatchMode):
    def __init__(self, waits: Waits) -> None:
        super().__init__()
        self._waits = waits

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        name = func.overloadpacket.__name__
        if name in WAITING or (name.startswith(("index", "_index")) and _by_mask(args)):
            self._waits.count(name)
        return func(*args, **(kwargs or {}))


def _by_mask(args: Sequence[Any]) -> bool:
    indices = [part for index in args[1:2] if isinstance(index, list | tuple) for part in index]
    return any(isinstance(part, Tensor) and part.dtype == torch.bool for part in indices)
