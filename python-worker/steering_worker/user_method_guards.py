"""Methods of a user's class, called so that their own failures and answers are told in one sentence."""

import traceback
from collections.abc import Callable
from functools import wraps
from typing import Any

import torch

from steering_worker.directions.direction import Evidence, Fitted
from steering_worker.engines.memory import is_out_of_memory
from steering_worker.errors import WorkerError


def user_error(path: str, what: str, advice: str) -> WorkerError:
    return WorkerError("user_method", f"The user's method {path} cannot be used: {what}.", advice)


def described(error: BaseException, path: str) -> str:
    """Type, message and line of the file."""
    if isinstance(error, SyntaxError):
        return f"SyntaxError on line {error.lineno}: {error.msg}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    where = f" on line {lines[-1]}" if lines else ""
    return f"{type(error).__name__}{where}: {' '.join(str(error).split())}"


def guarded(path: str, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose own failures become a `user_method` error; those of the machine pass."""

    @wraps(function)
    def call(*arguments: Any, **named: Any) -> Any:
        try:
            return function(*arguments, **named)
        except (WorkerError, torch.AcceleratorError):
            raise
        except Exception as error:
            if is_out_of_memory(error):
                raise
            raise user_error(path, f"`{name}` failed with {described(error, path)}", "Correct the file.") from error

    return call


def guarded_fit(path: str, fit: Callable[..., Any], names: tuple[str, ...]) -> Callable[[Any, Evidence], Fitted]:
    checked = guarded(path, "fit", fit)

    @wraps(fit)
    def call(self: Any, evidence: Evidence) -> Fitted:
        fitted = checked(self, evidence)
        if not isinstance(fitted, Fitted):
            raise user_error(path, f"`fit` returned {type(fitted).__name__}", "Return a Fitted.")
        if sorted(fitted.tensors) != sorted(names):
            raise user_error(
                path, f"`fit` returned the tensors {sorted(fitted.tensors)}", f"It declares {list(names)}."
            )
        for name, tensor in fitted.tensors.items():
            if tensor.dtype != torch.float32 or tensor.device.type != "cpu" or not torch.isfinite(tensor).all():
                raise user_error(path, f"the fitted {name!r} is not finite float32 on the CPU", "Convert it in `fit`.")
        return fitted

    return call


def guarded_layers(path: str, layers: Callable[..., Any]) -> Callable[[Any, int, int], tuple[int, ...]]:
    checked = guarded(path, "layers", layers)

    @wraps(layers)
    def call(self: Any, layer: int, count: int) -> tuple[int, ...]:
        given = checked(self, layer, count)
        if not isinstance(given, tuple) or not all(isinstance(one, int) for one in given):
            raise user_error(path, f"`layers` returned {given!r}", "Return a tuple of whole numbers, (layer,).")
        return given

    return call
