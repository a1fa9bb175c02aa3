"""What was measured, as it stands in the results file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.contestant import Group, Mode


@dataclass
class Measurement:
    """A contestant in one mode on one shape: its repetitions so far, or why there are none."""

    group: Group
    mode: Mode
    runs: list[Mapping[str, Any]] = field(default_factory=list)
    agreement: float | None = None
    failed: str | None = None

    def rate(self, clock: str) -> float | None:
        """Median of the tokens a second of `wall` or `cpu`."""
        if self.failed is not None or not self.runs:
            return None
        return median(float(run["tokens"] / max(run[clock], 1e-9)) for run in self.runs)

    def number(self, name: str) -> float | None:
        """Median of a number that the contestant knows."""
        known = [run["numbers"][name] for run in self.runs if name in run["numbers"]]
        return median(known) if known else None

    def as_json(self) -> dict[str, Any]:
        """Rates and the runs they come from."""
        return {
            "group": self.group.name,
            "label": self.group.label,
            "mode": self.mode,
            "peer": self.group.peer,
            "failed": self.failed,
            "agreement": self.agreement,
            "tokens_per_second": _rounded(self.rate("wall")),
            "tokens_per_cpu_second": _rounded(self.rate("cpu")),
            "runs": [{key: _rounded(run[key]) for key in ("tokens", "wall", "cpu")} for run in self.runs],
            "numbers": {name: self.number(name) for name in (self.runs[0]["numbers"] if self.runs else {})},
        }


def agreement(mine: Sequence[Sequence[int]] | None, theirs: Sequence[Sequence[int]] | None) -> float | None:
    """Share of greedy tokens that are those of the reference, up to the first that is not, over all rows."""
    if mine is None or theirs is None:
        return None
    same, total = 0, sum(len(row) for row in theirs)
    for one, other in zip(mine, theirs, strict=False):
        for left, right in zip(one, other, strict=False):
            if left != right:
                break
            same += 1
    return same / total if total else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.5g}")
