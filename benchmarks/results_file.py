"""The results file: one JSON object, its parts replaced as they are measured again."""

import json
from pathlib import Path
from typing import Any

SCHEMA_VERSION = 1


def read_results(file: Path) -> dict[str, Any]:
    """What was measured before; an empty object where nothing was."""
    if not file.is_file():
        return {"schema_version": SCHEMA_VERSION, "shapes": {}}
    results: dict[str, Any] = json.loads(file.read_text())
    if results.get("schema_version") != SCHEMA_VERSION:
        return {"schema_version": SCHEMA_VERSION, "shapes": {}}
    return results


def write_results(file: Path, results: dict[str, Any]) -> None:
    """Replace the file whole, so that a benchmark that is stopped leaves the last whole one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(".part")
    unfinished.write_text(json.dumps(results, indent=1) + "\n")
    unfinished.replace(file)
