"""Parameters of directions and edits: validated, with faults described in words."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from steering_worker.directions.direction import Params
from steering_worker.errors import WorkerError


def parse_params(role: str, kind: str, params_class: type[Params], params: Mapping[str, Any]) -> Params:
    """The frozen parameters of a class; raise `WorkerError` `invalid_params` with every problem."""
    errors = _errors(params_class, params)
    if errors:
        listed = "; ".join(_sentence(params_class, details) for details in errors)
        known = ", ".join(params_class.model_fields) or "none"
        raise WorkerError(
            "invalid_params", f"The {role} {kind} has invalid parameters: {listed}.", f"It takes: {known}."
        )
    return params_class.model_validate(dict(params))


def params_problems(params_class: type[Params], params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(dotted path, what is wrong) of every parameter that does not fit; the path is empty where it is several."""
    return [_problem(params_class, details) for details in _errors(params_class, params)]


def suggestion(name: str, known: Iterable[str]) -> str:
    """` (did you mean ...?)` where a known name is close to the one received, else nothing."""
    close = get_close_matches(name, list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _errors(params_class: type[Params], params: Mapping[str, Any]) -> list[ErrorDetails]:
    try:
        params_class.model_validate(dict(params))
    except ValidationError as error:
        return error.errors()
    return []


def _sentence(params_class: type[Params], details: ErrorDetails) -> str:
    path, message = _problem(params_class, details)
    where = f"{path}: " if path else ""
    received = "" if details["type"] == "missing" else f", received {details['input']!r}"
    return f"{where}{message}{received}"


def _problem(params_class: type[Params], details: ErrorDetails) -> tuple[str, str]:
    # Tags of a union's members are not part of the parameter's path.
    location = [part for part in details["loc"] if isinstance(part, int) or part in params_class.model_fields]
    path = ".".join(str(part) for part in location)
    match details["type"]:
        case "extra_forbidden":
            where = [str(part) for part in details["loc"]]
            return ".".join(where), f"unknown parameter{suggestion(where[-1], params_class.model_fields)}"
        case "missing":
            return path, "required, and not given"
        case "value_error":
            return path, str(details["ctx"]["error"])
        case _:
            return path, f"{details['msg'][0].lower()}{details['msg'][1:]}"
