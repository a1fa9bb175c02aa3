"""The default experiment from YAML to figures, as a user starts it."""

import resource
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from benchmarks.paths import ROOT, WORK
from benchmarks.rounds import Log
from benchmarks.run_speed import read_speed

#: What `experiment` runs where none is named.
EXPERIMENT = "configs/experiments/nano.yaml"


def measure_end_to_end(rounds: int, log: Log) -> dict[str, Any]:
    """Wall clock and CPU seconds of `experiment`, run afresh each time, and what its manifest says of its stages."""
    runs: list[dict[str, Any]] = []
    folder = WORK / "runs" / "end-to-end"
    for number in range(rounds):
        log(f"end to end, round {number + 1} of {rounds}")
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        record = WORK / "logs" / "end-to-end.log"
        record.parent.mkdir(parents=True, exist_ok=True)
        code, wall, cpu = _timed(
            ["node", "scripts/steering-window.mjs", "experiment", "--fresh", "--out", str(folder)], record
        )
        if code != 0:
            return {"failed": f"`experiment` ended with exit code {code}", "experiment": EXPERIMENT, "runs": runs}
        runs.append({"wall": round(wall, 2), "cpu": round(cpu, 2), "speed": read_speed(folder / "manifest.json")})
    return {"failed": None, "experiment": EXPERIMENT, "runs": runs}


def _timed(command: list[str], record: Path) -> tuple[int, float, float]:
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with record.open("w") as output:
        code = subprocess.run(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, check=False).returncode
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return code, wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
