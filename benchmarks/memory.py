"""Peak memory of our engine's sweep beside what its planner says."""

import json
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.child_process import child_environment, ending
from benchmarks.environments import PROJECT, interpreter
from benchmarks.paths import ROOT
from benchmarks.rounds import Log


def measure_memory(folder: Path, shape: str, rows: int, tokens: int, threads: int, log: Log) -> list[dict[str, Any]]:
    """Peak memory of a sweep in a process of its own, for each dtype."""
    found: list[dict[str, Any]] = []
    for dtype in ("float32", "bfloat16"):
        log(f"peak memory of {rows} rows x {tokens} tokens, {dtype}")
        module = [str(interpreter(PROJECT)), "-m", "benchmarks.peak_memory"]
        answer = subprocess.run(
            [*module, str(folder), shape, str(rows), str(tokens), dtype, str(threads)],
            cwd=ROOT,
            env=child_environment(PROJECT, threads),
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode == 0:
            found.append({"failed": None, "shape": shape, **json.loads(answer.stdout.strip().splitlines()[-1])})
        else:
            said = answer.stderr.strip().splitlines() if answer.returncode > 0 else []
            reason = said[-1][:300] if said else ending(answer.returncode)
            found.append({"failed": reason, "shape": shape, "dtype": dtype})
    return found
