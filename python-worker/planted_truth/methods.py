"""The directions, edits and engines that are planted, as the real worker describes them (`methods.json`).

`python -m planted_truth.methods` writes that file from the real registry. It is kept so that a planted worker starts in
a fraction of a second, without torch; a test holds it to the registry.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("methods.json")
DIRECTIONS, EDITS = ("caa", "random"), ("add",)


@cache
def methods() -> dict[str, list[dict[str, Any]]]:
    """`directions`, `edits` and `engines` as `describe` answers them."""
    read: dict[str, list[dict[str, Any]]] = json.loads(PATH.read_text(encoding="utf-8"))
    return read


def params_problems(role: str, kind: str, params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(path, message) of an unknown kind, unknown parameters, and values outside a parameter's list."""
    entry = next((one for one in methods()[f"{role}s"] if one["kind"] == kind), None)
    if entry is None:
        known = ", ".join(one["kind"] for one in methods()[f"{role}s"])
        return [("kind", f"The {role} {kind!r} is not planted; take one of {known}.")]
    properties: dict[str, dict[str, Any]] = entry["params_schema"].get("properties", {})
    unknown = [(name, "not a parameter of it") for name in params if name not in properties]
    outside = [
        (name, f"expected one of {', '.join(map(str, properties[name]['enum']))}")
        for name, value in params.items()
        if name in properties and "enum" in properties[name] and value not in properties[name]["enum"]
    ]
    return unknown + outside


def registered() -> dict[str, list[dict[str, Any]]]:
    """The entries of the real registries."""
    from steering_worker.engines.registry import engine_entries
    from steering_worker.methods import registry

    return {
        "directions": [registry.direction_entry(registry.DIRECTIONS[kind]) for kind in DIRECTIONS],
        "edits": [registry.edit_entry(registry.EDITS[kind]) for kind in EDITS],
        "engines": engine_entries(),
    }


if __name__ == "__main__":
    PATH.write_text(json.dumps(registered(), indent=2) + "\n", encoding="utf-8")
