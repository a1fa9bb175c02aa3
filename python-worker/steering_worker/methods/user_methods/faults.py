"""Faults of a user's method, in one sentence that names the file and the line."""

import inspect
import traceback
from collections.abc import Callable
from typing import Any

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


def located(path: str, name: str, function: Callable[..., Any]) -> str:
    """The method's name and first line, if the user's file defines it."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return f"`{name}` on line {code.co_firstlineno}" if code and code.co_filename == path else f"the inherited `{name}`"
