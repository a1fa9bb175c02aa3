"""Where planted curves cross their levels, and thresholds that make them cross where they should."""

import math
from collections.abc import Callable, Sequence

from planted_truth.conditions import Condition
from planted_truth.truth import PlantedTruth, QuestionTruth
from planted_truth.vectors import PlantedVector

#: log2 strengths between which crossings are searched, and the step of the search.
LOWEST, HIGHEST, STEP = -8.0, 8.0, 1 / 64


def grid() -> list[float]:
    """The strengths between which crossings are searched."""
    return [2.0 ** (LOWEST + step * STEP) for step in range(int((HIGHEST - LOWEST) / STEP) + 1)]


def first_crossing(
    curve: Callable[[float], float], on_grid: Sequence[float], reached: Callable[[float], bool]
) -> float | None:
    """The lowest strength from which a curve's value is `reached`, to 1e-9 octave; None where it never is.

    `on_grid` holds the curve's values on the grid.
    """
    step = next((step for step, value in enumerate(on_grid) if reached(value)), None)
    if step is None:
        return None
    high = LOWEST + step * STEP
    return _bisected(lambda c: reached(curve(c)), high - STEP, high)


def falls_to(curve: Callable[[float], float], level: float) -> float | None:
    """The strength at which a falling curve reaches `level`, to 1e-9 octave; None where it stays above."""
    if curve(2.0**HIGHEST) > level:
        return None
    return _bisected(lambda c: curve(c) <= level, LOWEST, HIGHEST)


def _bisected(holds: Callable[[float], bool], low: float, high: float) -> float:
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (low, middle) if holds(2.0**middle) else (middle, high)
    return float(2.0**high)


def strict_rate(truth: PlantedTruth, vector: PlantedVector, question: QuestionTruth, strength: float) -> float:
    rates = Condition(truth, vector, strength).question(question)
    return rates.intact * rates.target


def kept(truth: PlantedTruth, vector: PlantedVector, strength: float) -> float:
    """Capability as a share of the unsteered one, mean over tasks."""
    condition = Condition(truth, vector, strength)
    return math.fsum(condition.capability_kept(task) for task in truth.tasks) / len(truth.tasks)


def threshold_for(reached: Callable[[float], bool]) -> float:
    """The threshold, by bisection on its log2, at which `reached` turns from true (lower ones) to false."""
    low, high = LOWEST - 4, HIGHEST + 4
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if reached(2.0**middle) else (low, middle)
    return float(2.0**low)
