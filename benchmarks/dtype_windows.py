"""Windows of the default experiment in bfloat16 beside those in float32."""

import csv
import shutil
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.paths import ROOT, WORK
from benchmarks.rounds import Log
from benchmarks.window_agreement import compare_windows

DTYPES = ("float32", "bfloat16")


def measure_dtype_windows(log: Log) -> dict[str, Any]:
    """How far the windows of the default experiment in bfloat16 agree with those in float32."""
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
