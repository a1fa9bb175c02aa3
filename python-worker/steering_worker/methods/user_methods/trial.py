"""A user's direction or edit, tried once in a process with the same parameters."""

from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor

from steering_worker.directions.direction import Direction, Params
from steering_worker.edits.edit import Edit
from steering_worker.errors import WorkerError
from steering_worker.methods.user_methods.direction_trial import try_direction
from steering_worker.methods.user_methods.edit_trial import try_edit
from steering_worker.methods.user_methods.examples import example_evidence, example_tensors
from steering_worker.methods.user_methods.load import UserMethods

#: Classes and parameters that kept their contract. The same source gives the same class.
_kept: set[tuple[Any, str]] = set()


def try_own_direction(methods: UserMethods, params: Params, tick: Callable[[], None]) -> None:
    """Raise `WorkerError` `user_method` where the file's direction breaks its contract; `tick` is called meanwhile."""
    cls = methods.direction
    if cls is not None and (cls, repr(params)) not in _kept:
        try_direction(cls(params), methods.path, tick)
        _kept.add((cls, repr(params)))


def try_own_edit(methods: UserMethods, params: Params, tick: Callable[[], None]) -> None:
    """As `try_own_direction`; an edit whose tensors cannot be had before a model is loaded is not tried."""
    cls = methods.edit
    if cls is not None and (cls, repr(params)) not in _kept:
        fitted = _tensors_for(cls, methods.direction)
        if fitted is not None:
            try_edit(cls(params), fitted, methods.path, tick)
        _kept.add((cls, repr(params)))


def _tensors_for(edit: type[Edit], own: type[Direction] | None) -> Mapping[str, Tensor] | None:
    """The package's own, by their names, or what the file's own direction makes of small random evidence."""
    known = example_tensors(edit.tensors)
    if known is not None or own is None or not set(edit.tensors) <= set(own.tensors):
        return known
    if any(field.is_required() for field in own.Params.model_fields.values()):
        return None
    try:
        return own(own.Params()).fit(example_evidence(own.needs_contrast)).tensors
    except WorkerError:
        return None
