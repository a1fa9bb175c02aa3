"""`{model}` and `{layer}` in parameters that name files, so that one method serves a ladder of models."""

import re

from steering_worker.directions.direction import Evidence

PLACEHOLDERS = ("model", "layer")


def check_placeholders(template: str) -> str:
    """Return the template; raise `ValueError` where it has another placeholder than `{model}` and `{layer}`."""
    unknown = [name for name in re.findall(r"\{([^{}]*)\}", template) if name not in PLACEHOLDERS]
    if unknown:
        raise ValueError(f"unknown placeholder {{{unknown[0]}}}; {{model}} and {{layer}} are known")
    return template


def fill_placeholders(template: str, evidence: Evidence) -> str:
    """`{model}` is the model's folder or hub id as the experiment names it, `{layer}` the 0-based block."""
    return template.replace("{model}", evidence.model_ref).replace("{layer}", str(evidence.layer))
