"""What one more strength costs, and where our own decoding time goes."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.child_process import ChildProcess, Failed
from benchmarks.contestant import GROUPS
from benchmarks.rounds import Log
from benchmarks.sweep import Sweep, strengths

COUNTS = (1, 2, 4, 8, 16, 32, 64)
MODES = {"hf": "strength", "ours-fp32": "whole", "ours-bf16": "whole"}


def measure_growth(
    folder: Path, sweep: Sweep, counts: Sequence[int], rounds: int, threads: int, only: Sequence[str], log: Log
) -> list[dict[str, Any]]:
    """Seconds of a sweep over each number of strengths, contestants in turn."""
    rows: list[dict[str, Any]] = []
    groups = [group for group in GROUPS if group.name in MODES and group.name in only]
    children: dict[str, ChildProcess] = {}
    try:
        for group in groups:
            try:
                children[group.name] = ChildProcess(group, folder, sweep, threads)
                children[group.name].ask("run", mode=MODES[group.name], strengths=strengths(2))
            except Failed as error:
                children.pop(group.name, None)
                rows.append({"group": group.name, "label": group.label, "failed": str(error), "points": []})
        points: dict[str, list[dict[str, float]]] = {name: [] for name in children}
        for count in counts:
            log(f"growth: {count} strengths")
            runs: dict[str, list[dict[str, Any]]] = {name: [] for name in children}
            for _ in range(rounds):
                for name, child in children.items():
                    runs[name].append(child.ask("run", mode=MODES[name], strengths=strengths(count)))
            for name, mine in runs.items():
                clocks = {clock: float(f"{median(run[clock] for run in mine):.5g}") for clock in ("wall", "cpu")}
                points[name].append({"strengths": count, **clocks})
    finally:
        for child in children.values():
            child.close()
    for group in groups:
        if group.name in points:
            mine_points = points[group.name]
            rows.append(
                {
                    "group": group.name,
                    "label": group.label,
                    "failed": None,
                    "points": mine_points,
                    "cpu_per_strength": slope(mine_points),
                }
            )
    return rows


def slope(points: Sequence[dict[str, float]]) -> float | None:
    """CPU seconds that one more strength costs: the least-squares line through all points."""
    if len(points) < 2:
        return None
    xs, ys = [p["strengths"] for p in points], [p["cpu"] for p in points]
    x0, y0 = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - x0) * (y - y0) for x, y in zip(xs, ys, strict=True)) / sum((x - x0) ** 2 for x in xs)


def measure_profile(folder: Path, sweep: Sweep, count: int, threads: int, log: Log) -> dict[str, Any]:
    """The operations of our engines' sweep, by their share of the processor's time."""
    found: dict[str, Any] = {}
    for group in GROUPS:
        if group.module != "ours" or not group.variant.startswith("batched"):
            continue
        log(f"profile: {group.label}")
        try:
            with ChildProcess(group, folder, sweep, threads) as child:
                child.ask("run", mode="whole", strengths=strengths(2))
                answer = child.ask("profile", mode="whole", strengths=strengths(count))
            found[group.name] = {"label": group.label, "failed": None, "operations": answer["operations"]}
        except Failed as error:
            found[group.name] = {"label": group.label, "failed": str(error), "operations": []}
    return found
