"""What the engine is held to, and what was measured of it."""

from dataclasses import dataclass
from typing import Any

from benchmarks.run_speed import orchestration_share
from benchmarks.tables import share, table


@dataclass(frozen=True)
class Aim:
    """`least` must be kept, `aim` is what is worked for; for `at_most` both are upper bounds."""

    what: str
    least: float
    aim: float
    measured: float | None
    percent: bool = False
    at_most: bool = False

    def row(self) -> list[str]:
        if self.measured is None:
            return [self.what, self._said(self.least), self._said(self.aim), "not measured", ""]
        return [self.what, self._said(self.least), self._said(self.aim), self._said(self.measured), self._verdict()]

    def _said(self, value: float) -> str:
        return share(value) if self.percent else f"{value:.2f}"

    def _verdict(self) -> str:
        measured = self.measured or 0.0
        reached = [measured <= bound if self.at_most else measured >= bound for bound in (self.aim, self.least)]
        return "aim reached" if reached[0] else "kept" if reached[1] else "missed"


def render_aims(results: dict[str, Any]) -> str:
    """A table of the aims; where one is not reached, what the time goes into follows further down the page."""
    small = results.get("shapes", {}).get("small", {})
    rates = {
        row["group"]: row["tokens_per_cpu_second"]
        for row in small.get("contestants", [])
        if row["mode"] == "whole" and row["failed"] is None
    }
    peers = [
        row["tokens_per_cpu_second"] for row in small.get("contestants", []) if row["peer"] and row["failed"] is None
    ]
    fp32, bf16 = rates.get("ours-fp32"), rates.get("ours-bf16")
    decode = {row["group"]: row["share_of_decode"] for row in small.get("matmul", [])}
    growth = {row["group"]: row["cpu_per_strength"] for row in (results.get("growth") or {}).get("contestants", [])}
    aims = [
        Aim("fp32 over the best peer, tokens per CPU second", 2.2, 3.0, _over(fp32, max(peers, default=None))),
        Aim("fp32 decoding, share of `torch.mm`'s rate", 0.62, 0.85, decode.get("ours-fp32"), percent=True),
        Aim("bf16 over fp32", 1.25, 1.8, _over(bf16, fp32)),
        Aim(
            "one more strength, share of a batch per strength",
            0.25,
            0.25,
            _over(growth.get("ours-fp32"), growth.get("hf")),
            percent=True,
            at_most=True,
        ),
        Aim(
            "orchestration, share of the default experiment",
            0.05,
            0.05,
            _orchestration(results),
            percent=True,
            at_most=True,
        ),
        Aim(
            "ends of bf16 windows inside fp32's 95 % intervals",
            0.95,
            1.0,
            _inside(results.get("dtypes")),
            percent=True,
        ),
        *(_memory(one) for one in results.get("memory") or [] if one["failed"] is None),
    ]
    lines = [aim.row() for aim in aims]
    return "\n\n".join(["## Aims", table(["what", "at least (at most)", "aim", "measured", ""], lines), GOES_INTO])


GOES_INTO = (
    "What keeps decoding from the matrix products' rate is everything between them: attention over each row's own keys "
    "and values (`bmm`, `baddbmm`, `_softmax`), norms and the rotation (`mul`, `linalg_vector_norm`), writing the "
    "cache (`_index_put_impl_`) and sampling. Part of it is won back by packed products, which are faster than "
    "`torch.mm`'s and take the gate's gelu along (`_linear_pointwise`). On the small model these are narrow operations "
    "of tens of microseconds, and in bf16 the products shrink while they stay; on larger models their share falls. The "
    "table *Where the time goes* has their shares."
)


def _over(one: float | None, other: float | None) -> float | None:
    return None if one is None or not other else one / other


def _inside(dtypes: dict[str, Any] | None) -> float | None:
    return _over(dtypes["inside"], dtypes["ends"]) if dtypes and dtypes["failed"] is None else None


def _memory(one: dict[str, Any]) -> Aim:
    """How far the planner's word is from the peak, as a share of the peak."""
    planned, peak = one["planned_bytes"], one["peak_bytes"]
    off = None if planned is None else abs(planned - peak) / peak
    what = f"planned memory off the peak, {one['shape']} in {one['dtype']}"
    return Aim(what, 0.15, 0.15, off, percent=True, at_most=True)


def _orchestration(results: dict[str, Any]) -> float | None:
    runs = (results.get("end_to_end") or {}).get("runs", [])
    found = sorted(
        part for run in runs if run["speed"] for part in [orchestration_share(run["speed"])] if part is not None
    )
    return found[len(found) // 2] if found else None
