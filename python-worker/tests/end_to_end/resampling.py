"""The bootstrap of docs/statistics.md, "Intervals, and what they generalise to", for any source of random indices."""

import hashlib
import math
from collections.abc import Callable, Sequence
from fractions import Fraction

from . import definitions as d
from .tables import Cell, Curve, Series, count

Pick = Callable[[int], int]
"""A random index below the given number."""

QUANTITIES = (
    "onset",
    "collapse",
    "width",
    "frontier_rate",
    "grid_first_any",
    "grid_first_majority",
    "grid_last_capable",
    "grid_width",
)
ABOVE = {
    "onset": {"never_steered"},
    "collapse": {"never_collapsed"},
    "width": {"never_collapsed", "steered_at_lowest", "steered_at_lowest+never_collapsed"},
    "grid_first_any": {"never_steered"},
    "grid_first_majority": {"never_steered"},
}
"""Names that lie above all numbers; other names lie below them."""
UNKNOWN = {"never_steered+never_collapsed", "steered_at_lowest+collapsed_at_lowest"}

Replicates = dict[str, list[d.Value]]
"""The replicates' values in their order, by quantity."""
Interval = tuple[d.Value, d.Value]


def sfc32(key: str) -> Pick:
    """The documented stream: one 32-bit output an index."""
    digest = hashlib.sha256(key.encode()).digest()
    a, b, c, counter = (int.from_bytes(digest[place : place + 4], "little") for place in (0, 4, 8, 12))
    mask = 0xFFFFFFFF

    def output() -> int:
        nonlocal a, b, c, counter
        total = (a + b + counter) & mask
        counter = (counter + 1) & mask
        a = b ^ (b >> 9)
        b = (c + (c << 3)) & mask
        c = (((c << 21) | (c >> 11)) + total) & mask
        return total

    for _ in range(12):
        output()
    return lambda n: output() * n >> 32


def redraw(cell: Cell, pick: Pick) -> Fraction:
    """The rate of a replicate of a cell: other samples of the same tasks (`these`)."""
    strata = [cell[prompt] for prompt in sorted(cell)]
    if any(len(stratum) == 1 for stratum in strata):
        strata = [[value for stratum in strata for value in stratum]]
    total = Fraction()
    for stratum in strata:
        n = len(stratum)
        if len(set(stratum)) == 1:
            total += n * stratum[0]
        else:
            total += n * Fraction(sum(stratum[pick(n)] for _ in range(n - 1)), n - 1)
    return total / sum(len(stratum) for stratum in strata)


def redraw_series(series: Series, pick: Pick) -> tuple[list[Fraction], list[int], Fraction]:
    """Rates and weights of the strengths, then the baseline's rate."""
    rates = [redraw(cell, pick) for cell in series.cells]
    return rates, [count(cell) for cell in series.cells], redraw(series.baseline, pick)


def redraw_tasks(series: Series, pick: Pick) -> tuple[list[Fraction], list[int], Fraction]:
    """Other tasks (`like_these`): G - 1 of G, each with all its samples everywhere."""
    tasks = sorted(series.baseline)
    drawn = [tasks[pick(len(tasks))] for _ in range(len(tasks) - 1)]

    def size(cell: Cell) -> int:
        return sum(len(cell[task]) for task in drawn)

    def pooled(cell: Cell) -> Fraction:
        return sum((sum(cell[task], Fraction()) for task in drawn), Fraction()) / size(cell)

    return [pooled(cell) for cell in series.cells], [size(cell) for cell in series.cells], pooled(series.baseline)


def replicates(curve: Curve, number: int, pick: Pick, *, other_tasks: bool = False) -> Replicates:
    result: Replicates = {quantity: [] for quantity in QUANTITIES}
    for _ in range(number):
        contains, _, _ = redraw_series(curve.contains, pick)
        target = redraw_series(curve.strict, pick)
        capability = (redraw_tasks if other_tasks else redraw_series)(curve.capability, pick)
        onset = d.onset(curve.strengths, *target[:2])
        collapse = d.collapse(curve.strengths, *capability)
        best, _ = d.frontier(curve.strengths, *target, *capability)
        grid = d.grid(curve.strengths, contains, capability[0])
        values = (
            onset.value,
            collapse.value,
            d.width(onset, collapse),
            float(best),
            grid.first_any,
            grid.first_majority,
            grid.last_capable,
            grid.width,
        )
        for quantity, value in zip(QUANTITIES, values, strict=True):
            result[quantity].append(value)
    return result


def key(value: d.Value, quantity: str, unknown: int) -> tuple[int, float, str]:
    """Place in the order of replicates; `unknown` is -1 or 1, where names that say nothing count."""
    if not isinstance(value, str):
        return 0, value, ""
    if value in UNKNOWN:
        return unknown, 0.0, value
    return (1 if value in ABOVE.get(quantity, ()) else -1), 0.0, value


def percentile_interval(values: Sequence[d.Value], quantity: str, confidence: Fraction) -> Interval:
    """Order statistics ceil(B a / 2) and ceil(B (1 - a / 2)), counted from 1."""
    tail = (1 - confidence) / 2
    low = sorted(values, key=lambda value: key(value, quantity, -1))[max(1, math.ceil(len(values) * tail)) - 1]
    high = sorted(values, key=lambda value: key(value, quantity, 1))[math.ceil(len(values) * (1 - tail)) - 1]
    return low, high


def opens_upwards(width: d.Value) -> bool:
    return width in ABOVE["width"]


def widened(interval: Interval, end: d.End, strengths: Sequence[float]) -> Interval:
    """An end's interval, on log strength at least as long as the step in which its estimate lies.

    Where the end or a bound has a name, each numeric bound moves outwards to the next tested strength.
    """
    low, high = interval
    if end.after is None or end.by is None or isinstance(low, str) or isinstance(high, str):
        return (
            low if isinstance(low, str) else max(strength for strength in strengths if strength < low),
            high if isinstance(high, str) else min(strength for strength in strengths if strength >= high),
        )
    return interval if high / low >= end.by / end.after else (min(low, end.after), max(high, end.by))


def widened_width(width: Interval, onset: tuple[Interval, Interval], collapse: tuple[Interval, Interval]) -> Interval:
    """The width's interval, moved outwards by as many octaves as its ends' were (each: before, after)."""
    low, high = width
    return (
        low if isinstance(low, str) else low + octaves(collapse, 0) - octaves(onset, 1),
        high if isinstance(high, str) else high + octaves(collapse, 1) - octaves(onset, 0),
    )


def octaves(moved: tuple[Interval, Interval], side: int) -> float:
    before, after = moved[0][side], moved[1][side]
    return 0.0 if isinstance(before, str) or isinstance(after, str) else math.log2(after / before)
