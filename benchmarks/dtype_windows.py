"""Windows of the default experiment in bfloat16 beside those in float32."""

import csv
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.paths import ROOT, WORK
from benchmarks.rounds import Log

ENDS = ("onset", "collapse", "width")
#: What makes two rows windows of the same thing; the layer is chosen by each run itself.
KEYS = ("model", "question", "method", "layer", "capability", "role")
DTYPES = ("float32", "bfloat16")


def measure_dtype_windows(log: Log) -> dict[str, Any]:
    """How many ends of bfloat16's windows lie inside float32's intervals, of those that are numbers in both runs."""
    tables: dict[str, list[dict[str, str]]] = {}
    for dtype in DTYPES:
        log(f"windows in {dtype}")
        folder = WORK / "runs" / f"windows-{dtype}"
        code = _run(folder, dtype)
        if code != 0:
            return {"failed": f"`experiment` in {dtype} ended with exit code {code}"}
        with (folder / "report" / "windows.csv").open() as file:
            tables[dtype] = list(csv.DictReader(file))
    return {"failed": None, **compare_windows(tables["float32"], tables["bfloat16"])}


def compare_windows(wide: list[dict[str, str]], narrow: list[dict[str, str]]) -> dict[str, Any]:
    """Ends compared and ends inside; windows that only one of the runs has, because it chose another layer."""
    others = {_key(row): row for row in narrow}
    pairs = [(row, others[_key(row)]) for row in wide if _key(row) in others]
    inside = [_inside(row, other, end) for row, other in pairs for end in ENDS]
    compared = [one for one in inside if one is not None]
    return {
        "windows": len(pairs),
        "other_layer": len(wide) - len(pairs),
        "ends": len(compared),
        "inside": sum(compared),
    }


def _key(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(row[name] for name in KEYS)


def _inside(wide: Mapping[str, str], narrow: Mapping[str, str], end: str) -> bool | None:
    """None unless both ends are numbers. A bound of the interval that is a name lies beyond all numbers."""
    if not wide[end] or not narrow[end]:
        return None
    low, high = _number(wide[f"{end}_low_these"], float("-inf")), _number(wide[f"{end}_high_these"], float("inf"))
    return low <= float(narrow[end]) <= high


def _number(text: str, named: float) -> float:
    try:
        return float(text)
    except ValueError:
        return named


def _run(folder: Path, dtype: str) -> int:
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    record = WORK / "logs" / f"windows-{dtype}.log"
    record.parent.mkdir(parents=True, exist_ok=True)
    command = ["node", "scripts/steering-window.mjs", "experiment", "--fresh", "--out", str(folder)]
    with record.open("w") as output:
        return subprocess.run(
            [*command, "--set", f"execution.dtype={dtype}"],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
