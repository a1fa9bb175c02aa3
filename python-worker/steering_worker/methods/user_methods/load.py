"""A user's direction or edit: a Python file outside the package, named by its absolute path."""

import importlib.util
import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256 as sha256_of
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

from steering_worker.directions.direction import Direction, Params
from steering_worker.edits.edit import Axis, Edit, StrengthUnit
from steering_worker.edits.layers import chooses_layers
from steering_worker.methods.pinned_file import read_pinned
from steering_worker.methods.user_methods.faults import described, user_error
from steering_worker.methods.user_methods.guards import (
    edit_method,
    guarded,
    guarded_edit,
    guarded_fit,
    guarded_formula,
    guarded_layers,
)

#: What an edit's own method takes, by its name: the formula alone, or in full, with the casts and the mask.
EDIT_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "formula": ("h", "clean", "fitted", "c"),
    "edit": ("resid", "clean", "fitted", "strength", "mask"),
}


@dataclass(frozen=True)
class UserMethods:
    """What a file exposes as `direction` and `edit`; their `kind` is the file's path."""

    path: str
    direction: type[Direction] | None
    edit: type[Edit] | None


def is_user_file(kind: str) -> bool:
    return kind.endswith(".py")


def load_user_methods(path: str, sha256: str | None = None) -> UserMethods:
    """Run the file in a separate module and check what it exposes; the same source is run once in a process.

    Raise `WorkerError` `user_method` for a file that is absent, does not run, or misses a part of the contract, and
    `user_file_changed` for one that does not have the given sha256.
    """
    file = Path(path)
    if not file.is_absolute() or not file.is_file():
        raise user_error(path, "there is no such file", "Give the path of a Python file, relative to the config.")
    return _load(path, read_pinned(file, sha256))


@cache
def _load(path: str, source: bytes) -> UserMethods:
    module = _run(path, source)
    direction, edit = getattr(module, "direction", None), getattr(module, "edit", None)
    if direction is None and edit is None:
        raise user_error(
            path,
            "it defines neither `direction` nor `edit`",
            "End it with `direction = MyDirection` or `edit = MyEdit`.",
        )
    return UserMethods(
        path,
        None if direction is None else _checked_direction(path, direction),
        None if edit is None else _checked_edit(path, edit),
    )


def _run(path: str, source: bytes) -> ModuleType:
    name = "user_method_" + sha256_of(path.encode() + b"\0" + source).hexdigest()[:16]
    loader = SourceFileLoader(name, path)
    spec = importlib.util.spec_from_loader(name, loader)
    if spec is None:
        raise user_error(path, "it cannot be loaded as a module", "Give the path of a Python source file.")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses and pydantic look up annotations in the module by its name.
    sys.modules[name] = module
    try:
        exec(loader.source_to_code(source, path), module.__dict__)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise user_error(path, described(error, path), "Correct the file.") from error
    return module


def _checked_direction(path: str, cls: Any) -> type[Direction]:
    _check_class(path, "direction", cls, ("needs_contrast", "random"), "fit", ("evidence",))
    for name in ("needs_contrast", "random"):
        if not isinstance(getattr(cls, name), bool):
            raise user_error(path, f"`{name}` of `direction` is not True or False", "Correct it.")
    members = {"kind": path, "fit": guarded_fit(path, cls.fit, tuple(cls.tensors))}
    derived: type[Direction] = _derived(cls, Direction, members)
    return derived


def _checked_edit(path: str, cls: Any) -> type[Edit]:
    method = edit_method(cls)
    if method == "formula" and cls.formula is Edit.formula:
        raise user_error(
            path, f"the class `{cls.__name__}` has no `formula`", "Add it; docs/methods.md has an example."
        )
    _check_class(path, "edit", cls, ("axis", "units", "neutral"), method, EDIT_ARGUMENTS[method])
    allowed: Mapping[str, tuple[Any, ...]] = {"axis": get_args(Axis), "units": get_args(StrengthUnit)}
    if cls.axis not in allowed["axis"]:
        raise user_error(path, f"`axis` of `edit` is {cls.axis!r}", f"It is one of {', '.join(allowed['axis'])}.")
    if not cls.units or not set(cls.units) <= set(allowed["units"]):
        raise user_error(path, f"`units` of `edit` is {cls.units!r}", f"Take them from {', '.join(allowed['units'])}.")
    if cls.neutral is not None and not isinstance(cls.neutral, float | int):
        raise user_error(path, f"`neutral` of `edit` is {cls.neutral!r}", "It is a number, or None.")
    # `adds`, perhaps inherited, may not be what this class does: its `edit` is always called.
    members = {"kind": path, "adds": None, **_checked_layers(path, cls)}
    members |= {"edit": guarded_edit(path, cls)} if method == "edit" else {"formula": guarded_formula(path, cls)}
    derived: type[Edit] = _derived(cls, Edit, members)
    return derived


def _checked_layers(path: str, cls: Any) -> Mapping[str, Any]:
    """The edit's own `layers`, guarded, where it has one."""
    if not chooses_layers(cls):
        return {}
    _check_arguments(path, cls, "layers", ("layer", "count"))
    if getattr(cls, "needs_clean", Edit.needs_clean):
        what = f"the class `{cls.__name__}` has `layers` and needs `clean`, which is known at one layer only"
        raise user_error(path, what, "Leave one of the two out.")
    return {"layers": guarded_layers(path, cls.layers)}


def _check_class(
    path: str, role: str, value: Any, attributes: tuple[str, ...], method: str, arguments: tuple[str, ...]
) -> None:
    if not isinstance(value, type):
        raise user_error(path, f"`{role}` is {type(value).__name__}, not a class", f"Write `{role} = MyClass`.")
    cls: Any = value
    label = f"the class `{cls.__name__}`"
    for name in ("Params", "tensors", *attributes, method):
        if not hasattr(cls, name):
            raise user_error(path, f"{label} has no `{name}`", "Add it; docs/methods.md has an example.")
    if not (isinstance(cls.Params, type) and issubclass(cls.Params, Params)):
        advice = "Derive it from steering_worker.directions.direction.Params."
        raise user_error(path, f"`Params` of {label} is no class of parameters", advice)
    names = cls.tensors
    if not isinstance(names, tuple) or not names or not all(isinstance(name, str) for name in names):
        raise user_error(path, f"`tensors` of {label} is {names!r}", 'It is a tuple of names, ("vector",).')
    _check_arguments(path, cls, method, arguments)


def _check_arguments(path: str, cls: Any, method: str, arguments: tuple[str, ...]) -> None:
    function = getattr(cls, method)
    takes = f"takes ({', '.join(inspect.signature(function).parameters)})" if callable(function) else "is no method"
    if takes != f"takes ({', '.join(('self', *arguments))})":
        what = f"`{method}` of the class `{cls.__name__}` {takes}"
        raise user_error(path, what, f"Its arguments are (self, {', '.join(arguments)}).")


def _derived(cls: Any, base: type, members: Mapping[str, Any]) -> Any:
    """The class with guarded methods; one that does not derive from the base gets the defaults of its attributes."""
    shared = {"__doc__": cls.__doc__, "__module__": cls.__module__}
    path = members["kind"]
    bases = (cls,) if issubclass(cls, base) else (cls, base)
    return type(cls.__name__, bases, {**shared, "__init__": guarded(path, "__init__", cls.__init__), **members})
