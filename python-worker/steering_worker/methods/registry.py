"""Every direction and edit by its kind, and their parameters by schema."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from steering_worker.directions.caa import Caa
from steering_worker.directions.direction import ContrastPosition, Direction, Params
from steering_worker.directions.random import Random
from steering_worker.directions.sae_features import SaeFeatures
from steering_worker.directions.vector_file import VectorFile
from steering_worker.edits.ablate import Ablate
from steering_worker.edits.add import Add
from steering_worker.edits.edit import Edit
from steering_worker.edits.sae_ablate import SaeAblate
from steering_worker.edits.sae_clamp import SaeClamp
from steering_worker.errors import WorkerError
from steering_worker.methods.parameters import params_problems, parse_params, suggestion
from steering_worker.methods.pinned_file import check_pinned
from steering_worker.methods.user_methods.load import is_user_file, load_user_methods
from steering_worker.methods.user_methods.trial import try_own_direction, try_own_edit

_DIRECTION_CLASSES: tuple[type[Direction], ...] = (Caa, Random, VectorFile, SaeFeatures)
_EDIT_CLASSES: tuple[type[Edit], ...] = (Add, Ablate, SaeClamp, SaeAblate)

DIRECTIONS: Mapping[str, type[Direction]] = MappingProxyType({cls.kind: cls for cls in _DIRECTION_CLASSES})
EDITS: Mapping[str, type[Edit]] = MappingProxyType({cls.kind: cls for cls in _EDIT_CLASSES})

Registered = TypeVar("Registered")


def make_direction(kind: str, params: Mapping[str, Any], sha256: str | None = None) -> Direction:
    """A direction of a registered kind or of a user's file (its absolute path).

    The user's file, or the one that the parameter `path` names, must have the sha256 that is given.

    Raise `WorkerError` `unknown_kind`, `invalid_params` (path and message of every problem), `user_method` or
    `user_file_changed`.
    """
    cls = direction_class(kind, sha256)
    direction = cls(parse_params("direction", kind, cls.Params, params))
    if sha256 is not None and not is_user_file(kind):
        check_pinned(Path(params["path"]), sha256)
    return direction


def make_edit(kind: str, params: Mapping[str, Any], sha256: str | None = None) -> Edit:
    """An edit of a registered kind or of a user's file; raises as `make_direction`."""
    cls = edit_class(kind, sha256)
    return cls(parse_params("edit", kind, cls.Params, params))


def direction_class(kind: str, sha256: str | None = None) -> type[Direction]:
    if not is_user_file(kind):
        return _known("direction", kind, DIRECTIONS)
    direction = load_user_methods(kind, sha256).direction
    if direction is None:
        raise _lacks(kind, "direction")
    return direction


def edit_class(kind: str, sha256: str | None = None) -> type[Edit]:
    if not is_user_file(kind):
        return _known("edit", kind, EDITS)
    edit = load_user_methods(kind, sha256).edit
    if edit is None:
        raise _lacks(kind, "edit")
    return edit


def catalogue(user_files: Mapping[str, str | None], tick: Callable[[], None]) -> dict[str, list[dict[str, Any]]]:
    """`directions` and `edits` as `describe` answers them (docs/protocol.md), the user's files last.

    `user_files` are paths with the sha256 that each must have. Those that need no parameter are tried, and `tick` is
    called meanwhile.
    """
    loaded = [load_user_methods(path, sha256) for path, sha256 in user_files.items()]
    directions = [*DIRECTIONS.values(), *(methods.direction for methods in loaded if methods.direction)]
    edits = [*EDITS.values(), *(methods.edit for methods in loaded if methods.edit)]
    for methods in loaded:
        if methods.direction is not None and not _required(methods.direction.Params):
            try_own_direction(methods, methods.direction.Params(), tick)
        if methods.edit is not None and not _required(methods.edit.Params):
            try_own_edit(methods, methods.edit.Params(), tick)
    return {
        "directions": [direction_entry(direction) for direction in directions],
        "edits": [edit_entry(edit) for edit in edits],
    }


def direction_entry(cls: type[Direction]) -> dict[str, Any]:
    return {
        "kind": cls.kind,
        "summary": _summary(cls),
        "params_schema": cls.Params.model_json_schema(),
        "needs_contrast": cls.needs_contrast,
        "contrast": default_contrast(cls),
        "random": cls.random,
        "tensors": list(cls.tensors),
    }


def edit_entry(cls: type[Edit]) -> dict[str, Any]:
    return {
        "kind": cls.kind,
        "summary": _summary(cls),
        "params_schema": cls.Params.model_json_schema(),
        "axis": cls.axis,
        "units": list(cls.units),
        "neutral": cls.neutral,
        "tensors": list(cls.tensors),
    }


def check_params(entries: Sequence[Mapping[str, Any]], tick: Callable[[], None]) -> list[dict[str, Any]]:
    """Every problem of `{role, kind, params, sha256}` entries as `{index, path, message}`.

    `path` is `kind` or a parameter. The user's own are tried with their parameters, and `tick` is called meanwhile.
    Raise `WorkerError` `user_file_changed`.
    """
    problems = []
    for index, entry in enumerate(entries):
        for path, message in _entry_problems(entry, tick):
            problems.append({"index": index, "path": path, "message": message})
    return problems


def _entry_problems(entry: Mapping[str, Any], tick: Callable[[], None]) -> list[tuple[str, str]]:
    role, kind, params, sha256 = entry["role"], entry["kind"], entry["params"], entry.get("sha256")
    try:
        cls = direction_class(kind, sha256) if role == "direction" else edit_class(kind, sha256)
        found = params_problems(cls.Params, params)
        if not found and is_user_file(kind):
            try_own = try_own_direction if role == "direction" else try_own_edit
            try_own(load_user_methods(kind, sha256), parse_params(role, kind, cls.Params, params), tick)
        return found
    except WorkerError as error:
        if error.code == "user_file_changed":
            raise
        return [("kind", f"{error.message} {error.advice}")]


def default_contrast(cls: type[Direction]) -> ContrastPosition | None:
    """Where the statements are read unless the parameter `position` says otherwise; None without a contrast."""
    if not cls.needs_contrast:
        return None
    field = cls.Params.model_fields.get("position")
    return "word" if field is not None and field.default == "word" else "last_token"


def _known(role: str, kind: str, registered: Mapping[str, Registered]) -> Registered:
    if kind not in registered:
        raise WorkerError(
            "unknown_kind",
            f"There is no {role} {kind!r}{suggestion(kind, registered)}.",
            f"Take one of {', '.join(registered)}, or the path of a file of your own, ./my_method.py.",
        )
    return registered[kind]


def _lacks(path: str, role: str) -> WorkerError:
    return WorkerError(
        "user_method",
        f"The user's method {path} defines no {role}.",
        f"Give the file a module-level name `{role}` whose value is the class.",
    )


def _required(params_class: type[Params]) -> bool:
    return any(field.is_required() for field in params_class.model_fields.values())


def _summary(cls: type[Direction] | type[Edit]) -> str:
    """First line of the class's docstring."""
    return (cls.__doc__ or "").strip().partition("\n")[0]
