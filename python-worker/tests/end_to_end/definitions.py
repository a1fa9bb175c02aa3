"""The definitions of docs/statistics.md on a logarithmic axis, from that page alone, with fits in exact fractions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist

STEERED, KEPT, MARGIN = Fraction(1, 2), Fraction(9, 10), Fraction(1, 20)

Value = float | str
"""A number, or the name of an end that has none."""


@dataclass(frozen=True)
class End:
    value: Value
    after: float | None = None
    by: float | None = None


@dataclass(frozen=True)
class Grid:
    first_any: Value
    first_majority: Value
    last_capable: Value
    capable_at_highest: bool
    width: Value


def never_falling(rates: Sequence[Fraction], weights: Sequence[int]) -> list[Fraction]:
    """Weighted least squares by the max-min formula: over starts the greatest of, over ends, the least mean between."""
    best: list[Fraction | None] = [None] * len(rates)
    for start in range(len(rates)):
        means = []
        total, weight = Fraction(), 0
        for value, n in zip(rates[start:], weights[start:], strict=True):
            total, weight = total + value * n, weight + n
            means.append(total / weight)
        least = means[-1]
        for place in range(len(rates) - 1, start - 1, -1):
            least = min(least, means[place - start])
            highest = best[place]
            best[place] = least if highest is None else max(highest, least)
    return [value for value in best if value is not None]


def never_rising(rates: Sequence[Fraction], weights: Sequence[int]) -> list[Fraction]:
    return never_falling(rates[::-1], weights[::-1])[::-1]


def unimodal(rates: Sequence[Fraction], weights: Sequence[int]) -> list[Fraction]:
    """Never falling up to a mode and never rising after it; of equally good modes the earliest."""
    fits = [
        never_falling(rates[:size], weights[:size]) + never_rising(rates[size:], weights[size:])
        for size in range(1, len(rates) + 1)
    ]

    def error(fit: list[Fraction]) -> Fraction:
        return sum((w * (f - r) ** 2 for f, r, w in zip(fit, rates, weights, strict=True)), Fraction())

    return min(fits, key=error)


def crossing(strengths: Sequence[float], fit: Sequence[Fraction], place: int, level: Fraction) -> float:
    """Where the line from the point before `place` to that at `place`, straight in log strength, is at `level`."""
    share = float((level - fit[place - 1]) / (fit[place] - fit[place - 1]))
    low, high = strengths[place - 1], strengths[place]
    return low * (high / low) ** share


def end(
    strengths: Sequence[float],
    fit: Sequence[Fraction],
    reached: Sequence[bool],
    level: Fraction,
    names: tuple[str, str],
) -> End:
    """`names`: at the lowest strength already, and nowhere."""
    if not any(reached):
        return End(names[1])
    place = list(reached).index(True)
    if place == 0:
        return End(names[0])
    return End(crossing(strengths, fit, place, level), strengths[place - 1], strengths[place])


def onset(strengths: Sequence[float], rates: Sequence[Fraction], weights: Sequence[int]) -> End:
    fit = unimodal(rates, weights)
    reached = [value >= STEERED for value in fit]
    return end(strengths, fit, reached, STEERED, ("steered_at_lowest", "never_steered"))


def collapse(strengths: Sequence[float], rates: Sequence[Fraction], weights: Sequence[int], baseline: Fraction) -> End:
    fit = never_rising(rates, weights)
    level = KEPT * baseline
    reached = [value <= level for value in fit]
    return end(strengths, fit, reached, level, ("collapsed_at_lowest", "never_collapsed"))


def width(begin: End, finish: End) -> Value:
    names = [place.value for place in (begin, finish) if isinstance(place.value, str)]
    if names:
        return "+".join(names)
    assert not isinstance(begin.value, str) and not isinstance(finish.value, str)
    return math.log2(finish.value / begin.value)


def frontier(
    strengths: Sequence[float],
    target: Sequence[Fraction],
    target_weights: Sequence[int],
    target_baseline: Fraction,
    capability: Sequence[Fraction],
    capability_weights: Sequence[int],
    capability_baseline: Fraction,
) -> tuple[Fraction, float | None]:
    """The best fitted target rate where capability keeps its share, and its strength (None: the baseline)."""
    fits = zip(unimodal(target, target_weights), never_rising(capability, capability_weights), strict=True)
    best: tuple[Fraction, float | None] = (target_baseline, None)
    for strength, (hit, kept) in zip(strengths, fits, strict=True):
        if kept >= (1 - MARGIN) * capability_baseline and hit > best[0]:
            best = (hit, strength)
    return best


def grid(strengths: Sequence[float], target: Sequence[Fraction], capability: Sequence[Fraction]) -> Grid:
    some = [strength for strength, value in zip(strengths, target, strict=True) if value > 0]
    half = [strength for strength, value in zip(strengths, target, strict=True) if value >= STEERED]
    able = [strength for strength, value in zip(strengths, capability, strict=True) if value >= STEERED]
    name = None if half and able else "never_capable" if half else "never_steered"
    return Grid(
        some[0] if some else "never_steered",
        half[0] if half else "never_steered",
        able[-1] if able else "never_capable",
        capability[-1] >= STEERED,
        able[-1] - half[0] if name is None else name,
    )


def wilson(hits: float, n: int, confidence: float) -> tuple[float, float]:
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half
