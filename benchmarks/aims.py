"""What the engine is held to, and what was measured of it."""

from dataclasses import dataclass
from statistics import median_low
from typing import Any

from benchmarks.run_speed import orchestration_share
from benchmarks.tables import number, share


@dataclass(frozen=True)
class Aim:
    """`least` must be kept, `aim` is what is worked for; for `at_most` both are upper bounds.

    `about` names what it measures; `unit` is `%`, `s` or nothing; `beside` is another number that a reader needs.
    """

    about: str
    what: str
    least: float
    aim: float
    measured: float | None
    unit: str = ""
    at_most: bool = False
    beside: str = ""

    @property
    def verdict(self) -> str:
        """Nothing where nothing was measured."""
        if self.measured is None:
            return ""
        return "aim reached" if self._within(self.aim) else "kept" if self._within(self.least) else "missed"

    def row(self) -> list[str]:
        measured = "not measured" if self.measured is None else f"{self._said(self.measured)}{self.beside}"
        return [self.what, self._said(self.least), self._said(self.aim), measured, self.verdict]

    def _within(self, bound: float) -> bool:
        measured = self.measured or 0.0
        return measured <= bound if self.at_most else measured >= bound

    def _said(self, value: float) -> str:
        if self.unit == "s":
            return f"{number(value)} s"
        return share(value) if self.unit == "%" else f"{value:.2f}"


def aims_of(results: dict[str, Any]) -> list[Aim]:
    """Every aim with what the results say; rates are those of the small sweep."""
    small = results.get("shapes", {}).get("small", {})
    measured = [row for row in small.get("contestants", []) if row["failed"] is None]
    rates = {row["group"]: row["tokens_per_cpu_second"] for row in measured if row["mode"] == "whole"}
    best = max((row["tokens_per_cpu_second"] for row in measured if row["peer"]), default=None)
    fp32, bf16 = rates.get("ours-fp32"), rates.get("ours-bf16")
    decode = {row["group"]: row["share_of_decode"] for row in small.get("matmul", [])}
    growing = (results.get("growth") or {}).get("contestants", [])
    growth = {row["group"]: row["cpu_per_strength"] for row in growing if row["failed"] is None}
    more = _over(growth.get("ours-fp32"), growth.get("hf"))
    return [
        Aim("peer", "fp32 over the best peer, tokens per CPU second", 2.2, 3.0, _over(fp32, best)),
        Aim("decode", "fp32 decoding, share of `torch.mm`'s rate", 0.62, 0.85, decode.get("ours-fp32"), "%"),
        Aim("bf16", "bf16 over fp32", 1.25, 1.8, _over(bf16, fp32)),
        Aim("growth", "one more strength, share of a batch per strength", 0.25, 0.25, more, "%", at_most=True),
        *_end_to_end(results),
        _windows(results.get("dtypes")),
        *(_memory(one) for one in results.get("memory") or [] if one["failed"] is None),
    ]


def _over(one: float | None, other: float | None) -> float | None:
    return None if one is None or not other else one / other


def _end_to_end(results: dict[str, Any]) -> list[Aim]:
    runs = (results.get("end_to_end") or {}).get("runs", [])
    wall = median_low([float(run["wall"]) for run in runs]) if runs else None
    shares = [part for run in runs if (part := orchestration_share(run["speed"])) is not None]
    part = median_low(shares) if shares else None
    what = "orchestration, share of the default experiment"
    return [
        Aim("wall", "the default experiment, wall", 100, 100, wall, "s", at_most=True),
        Aim("orchestration", what, 0.05, 0.05, part, "%", at_most=True),
    ]


def _windows(dtypes: dict[str, Any] | None) -> Aim:
    """Held to the intervals that overlap; values inside, the stricter count, stand beside."""
    what = "ends of bf16 windows whose 95 % interval overlaps fp32's"
    if not dtypes or dtypes["failed"] is not None or not dtypes["ends"]:
        return Aim("windows", what, 0.95, 0.95, None, "%")
    ends = dtypes["ends"]
    beside = f" (value inside it: {share(dtypes['inside'] / ends)})"
    return Aim("windows", what, 0.95, 0.95, dtypes["overlapping"] / ends, "%", beside=beside)


def _memory(one: dict[str, Any]) -> Aim:
    """How far the planner's word is from the peak, as a share of the peak."""
    planned, peak = one["planned_bytes"], one["peak_bytes"]
    off = None if planned is None else abs(planned - peak) / peak
    what = f"planned memory off the peak, {one['shape']} in {one['dtype']}"
    return Aim("memory", what, 0.15, 0.15, off, "%", at_most=True)
