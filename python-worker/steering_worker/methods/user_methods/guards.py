"""Calls methods of a user's class so that their failures and answers are reported in one sentence."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from steering_worker.directions.direction import Evidence, Fitted
from steering_worker.edits.edit import Edit
from steering_worker.errors import WorkerError
from steering_worker.memory import is_out_of_memory
from steering_worker.methods.user_methods.faults import described, located, user_error
from steering_worker.methods.user_methods.fitted_faults import fault_of_fitted


def guarded(path: str, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose failures become a `user_method` error; those of the machine pass through."""

    @wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except (WorkerError, torch.AcceleratorError):
            raise
        except (Exception, SystemExit) as error:
            if is_out_of_memory(error):
                raise
            raise user_error(path, f"`{name}` failed with {described(error, path)}", "Correct the file.") from error

    return call


def guarded_fit(path: str, fit: Callable[..., Any], names: tuple[str, ...]) -> Callable[[Any, Evidence], Fitted]:
    checked, label = guarded(path, "fit", fit), located(path, "fit", fit)

    @wraps(fit)
    def call(self: Any, evidence: Evidence) -> Fitted:
        fitted = checked(self, evidence)
        fault = fault_of_fitted(fitted, names, evidence.d_model)
        if fault is not None:
            raise user_error(path, f"{label} returned {fault.what}", fault.advice)
        return fitted  # type: ignore[no-any-return]

    return call


def edit_method(cls: type) -> str:
    """The method that defines what an edit of this class does: its `formula`, or its own `edit` in its place."""
    return "formula" if getattr(cls, "edit", None) is Edit.edit else "edit"


def guarded_edit(path: str, cls: Any) -> Callable[..., Tensor]:
    """For a class that casts and masks by itself."""
    checked, label = guarded(path, "edit", cls.edit), located(path, "edit", cls.edit)

    @wraps(cls.edit)
    def call(
        self: Any,
        resid: Float[Tensor, "batch pos d_model"],
        clean: Float[Tensor, "batch pos d_model"],
        fitted: Mapping[str, Tensor],
        strength: Float[Tensor, " batch"],
        mask: Bool[Tensor, "batch pos"],
    ) -> Float[Tensor, "batch pos d_model"]:
        return _like(checked(self, resid, clean, fitted, strength, mask), resid, path, label)

    return call


def guarded_formula(path: str, cls: Any) -> Callable[..., Tensor]:
    checked, label = guarded(path, "formula", cls.formula), located(path, "formula", cls.formula)

    @wraps(cls.formula)
    def call(
        self: Any,
        h: Float[Tensor, "batch pos d_model"],
        clean: Float[Tensor, "batch pos d_model"],
        fitted: Mapping[str, Tensor],
        c: Float[Tensor, "batch 1 1"],
    ) -> Float[Tensor, "batch pos d_model"]:
        return _like(checked(self, h, clean, fitted, c), h, path, label)

    return call


def _like(edited: object, given: Tensor, path: str, label: str) -> Tensor:
    """What an edit returned, refused if its shape or dtype differs from its input's."""
    if isinstance(edited, Tensor) and edited.shape == given.shape and edited.dtype == given.dtype:
        return edited
    got = f"{edited.dtype} {list(edited.shape)}" if isinstance(edited, Tensor) else type(edited).__name__
    what = f"{label} returned {got} for {given.dtype} {list(given.shape)}"
    raise user_error(path, what, "Keep the shape and the dtype.")


def guarded_layers(path: str, layers: Callable[..., Any]) -> Callable[[Any, int, int], tuple[int, ...]]:
    checked, label = guarded(path, "layers", layers), located(path, "layers", layers)

    @wraps(layers)
    def call(self: Any, layer: int, count: int) -> tuple[int, ...]:
        given = checked(self, layer, count)
        if not isinstance(given, tuple) or not all(isinstance(one, int) for one in given):
            raise user_error(path, f"{label} returned {given!r}", "Return a tuple of whole numbers, (layer,).")
        return given

    return call
