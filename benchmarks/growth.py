"""What one more strength costs, and where our own decoding time goes."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.child_process import ChildProcess, Failed
from benchmarks.children import Children
from benchmarks.contestant import GROUPS, Group
from benchmarks.rounds import Log
from benchmarks.sweep import Sweep, strengths

COUNTS = (1, 2, 4, 8, 16, 32, 64)
MODES = {"hf": "strength", "ours-fp32": "whole", "ours-bf16": "whole"}


def measure_growth(
    folder: Path, sweep: Sweep, counts: Sequence[int], rounds: int, threads: int, only: Sequence[str], log: Log
) -> list[dict[str, Any]]:
    """Seconds of a sweep over each number of strengths, contestants in turn."""
    groups = [group for group in GROUPS if group.name in MODES and group.name in only]
    points: dict[str, list[dict[str, float]]] = {group.name: [] for group in groups}
    failed: dict[str, str] = {}
    with Children(folder, sweep, threads) as children:
        for group in groups:
            _run(children, group, 2, failed)
        for count in counts:
            log(f"growth: {count} strengths")
            runs: dict[str, list[dict[str, Any]]] = {group.name: [] for group in groups}
            for _ in range(rounds):
                for group in groups:
                    runs[group.name] += _run(children, group, count, failed)
            for name, mine in runs.items():
                if name not in failed:
                    clocks = {clock: float(f"{median(run[clock] for run in mine):.5g}") for clock in ("wall", "cpu")}
                    points[name].append({"strengths": count, **clocks})
    return [
        {
            "group": group.name,
            "label": group.label,
            "failed": failed.get(group.name),
            "points": points[group.name],
            "cpu_per_strength": slope(points[group.name]),
        }
        for group in groups
    ]


def _run(children: Children, group: Group, count: int, failed: dict[str, str]) -> list[dict[str, Any]]:
    """One run, or none where the contestant has failed."""
    if group.name in failed:
        return []
    try:
        return [children.of(group).ask("run", mode=MODES[group.name], strengths=strengths(count))]
    except Failed as error:
        failed[group.name] = str(error)
        return []


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
