"""`{model}`, `{model_name}` and `{layer}` in parameters, so that one method serves a ladder of models."""

import re
from collections.abc import Callable
from pathlib import PurePath

from steering_worker.directions.direction import Evidence

PLACEHOLDERS = ("model", "model_name", "layer")


def check_placeholders(template: str) -> str:
    """Return the template; raise `ValueError` where it has another placeholder than those."""
    unknown = [name for name in re.findall(r"\{([^{}]*)\}", template) if name not in PLACEHOLDERS]
    if unknown:
        raise ValueError(f"unknown placeholder {{{unknown[0]}}}; {{model}}, {{model_name}} and {{layer}} are known")
    return template


def fill_placeholders(template: str, evidence: Evidence) -> str:
    """`{model}` is the model's folder or hub id, `{model_name}` the last part of it, `{layer}` the 0-based block."""
    values: dict[str, Callable[[], str]] = {
        "model": lambda: evidence.model_ref,
        "model_name": lambda: PurePath(evidence.model_ref).name,
        "layer": lambda: str(evidence.layer),
    }
    return re.sub(r"\{([^{}]*)\}", lambda match: values[match[1]](), template)
