"""What a direction must not return."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from steering_worker.directions.direction import Fitted

#: Of the tensors that the package's own edits take.
SHAPES: Mapping[str, tuple[str, ...]] = {
    "vector": ("d_model",),
    "w_enc": ("d_model", "features"),
    "b_enc": ("features",),
    "threshold": ("features",),
    "w_dec": ("features", "d_model"),
    "reference": ("features",),
}
#: Largest relative difference between the given norm and the vector's own.
NORM_TOLERANCE = 1e-3
#: Whole numbers beyond it are not exact on the other side of the wire.
LARGEST_WHOLE = 2**53


@dataclass(frozen=True)
class Fault:
    """What was returned, and what should be returned instead."""

    what: str
    advice: str


def fault_of_fitted(fitted: object, names: tuple[str, ...], d_model: int) -> Fault | None:
    """The first fault of what `fit` returned for a model of that width; None where it keeps the contract."""
    if not isinstance(fitted, Fitted):
        return Fault(type(fitted).__name__, "Return a Fitted.")
    if sorted(fitted.tensors) != sorted(names):
        return Fault(f"the tensors {sorted(fitted.tensors)}", f"It declares {list(names)}.")
    return _of_tensors(fitted.tensors, d_model) or _of_norm(fitted) or _of_facts(fitted.info)


def _of_tensors(tensors: Mapping[str, Tensor], d_model: int) -> Fault | None:
    sizes = {"d_model": d_model}
    for name, tensor in tensors.items():
        if not isinstance(tensor, Tensor) or tensor.dtype != torch.float32 or tensor.device.type != "cpu":
            got = f"{tensor.dtype} on {tensor.device}" if isinstance(tensor, Tensor) else type(tensor).__name__
            return Fault(f"{got} as `{name}`", "Return a tensor in float32 on the CPU.")
        axes = SHAPES.get(name)
        if axes is not None:
            for axis, size in zip(axes, tensor.shape, strict=False):
                sizes.setdefault(axis, size)
            needed = [sizes.get(axis, axis) for axis in axes]
            if list(tensor.shape) != needed:
                what = f"`{name}` of shape {list(tensor.shape)} where the model needs {needed}"
                return Fault(what, f"Give it the shape [{', '.join(axes)}].")
        if not bool(torch.isfinite(tensor).all()):
            return Fault(f"`{name}` with values that are not finite", "Divide by nothing that may be zero.")
        if name == "vector" and not bool(tensor.any()):
            return Fault(
                "`vector` with nothing but zeros", "Raise a WorkerError where the evidence gives no direction."
            )
    return None


def _of_norm(fitted: Fitted) -> Fault | None:
    norm, vector = fitted.norm, fitted.tensors.get("vector")
    if norm is None:
        return None
    if not isinstance(norm, float | int) or not math.isfinite(norm) or norm < 0:
        return Fault(f"{norm!r} as the norm", "It is the vector's norm, or None without one vector.")
    if vector is not None and not math.isclose(norm, float(vector.norm()), rel_tol=NORM_TOLERANCE):
        return Fault(f"{norm} as the norm of a vector of norm {float(vector.norm())}", "Give float(vector.norm()).")
    return None


def _of_facts(info: Mapping[str, Any]) -> Fault | None:
    unfit = [name for name, value in info.items() if not isinstance(name, str) or not _plain(value)]
    if not unfit:
        return None
    advice = "A fact is a finite number, a text, True, False, None, or a list or mapping of such."
    return Fault(f"{info[unfit[0]]!r} as the fact {unfit[0]!r}", advice)


def _plain(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and _plain(one) for key, one in value.items())
    if isinstance(value, list | tuple):
        return all(map(_plain, value))
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return abs(value) <= LARGEST_WHOLE
    return value is None or isinstance(value, str)
