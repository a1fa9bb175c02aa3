"""One contestant in a process of its own: reads commands as lines of JSON, answers each with one line.

The contestant's own output goes to stderr. Wall clock and processor time, all threads, are taken here.
"""

import importlib
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.contestant import Context, Opened
from benchmarks.shape import SHAPES_BY_NAME
from benchmarks.sweep import make_sweep


def main() -> None:
    """Serve until stdin ends."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    opened: Opened | None = None
    for line in sys.stdin:
        command: dict[str, Any] = json.loads(line)
        try:
            if command["do"] == "open":
                opened = _open(command)
                answer: dict[str, Any] = {}
            elif opened is None:
                raise RuntimeError("the contestant is not open")
            else:
                answer = _obey(opened, command)
        except Exception as error:  # a contestant's failure is a result: it is in the table with its reason
            import traceback

            traceback.print_exc()
            answer = {"failed": f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"}
        answers.write(json.dumps(answer) + "\n")


def _open(command: dict[str, Any]) -> Opened:
    sweep = make_sweep(SHAPES_BY_NAME[command["shape"]], command["tokens"])
    module = importlib.import_module(f"benchmarks.contestants.{command['module']}")
    opened: Opened = module.open_contestant(
        Context(Path(command["folder"]), sweep, int(command["threads"]), str(command["variant"]))
    )
    return opened


def _obey(opened: Opened, command: dict[str, Any]) -> dict[str, Any]:
    if command["do"] == "greedy":
        return {"rows": opened.greedy(command["strength"], command["tokens"])}
    if command["do"] == "profile":
        from benchmarks.profile import profiled

        return {"operations": profiled(lambda: opened.runs[command["mode"]](command["strengths"]))}
    run = opened.runs[command["mode"]]
    wall, cpu = time.perf_counter(), time.process_time()
    repetition = run(command["strengths"])
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    return {"tokens": repetition.tokens, "wall": wall, "cpu": cpu, "numbers": dict(repetition.numbers)}


if __name__ == "__main__":
    main()
