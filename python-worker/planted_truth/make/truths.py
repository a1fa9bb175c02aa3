"""The truth about a planted model as a report should find it (`truth.json`): crossings, not parameters of curves."""

import math
from collections.abc import Sequence
from typing import Any

from planted_truth.make.crossings import HIGHEST, LOWEST, STEP, first_crossing, kept, strict_rate
from planted_truth.truth import PlantedTruth, QuestionTruth
from planted_truth.vectors import PlantedVector

LOSSES = (0.02, 0.05, 0.1)


def truth_rows(model: str, truth: PlantedTruth) -> list[dict[str, Any]]:
    """One for each question and layer, for vectors without a shift; null where a curve never crosses its level."""
    return [
        {"model": model, "parameters": truth.parameters, **_row(truth, question, index, layer)}
        for index, question in enumerate(truth.questions)
        for layer in range(len(truth.layers))
    ]


def _row(truth: PlantedTruth, question: QuestionTruth, index: int, layer: int) -> dict[str, Any]:
    norm = truth.layers[layer].vector_norm
    own, random = (PlantedVector(kind, index, layer, 0.0, norm) for kind in ("caa", "random"))
    grid = [2.0 ** (LOWEST + step * STEP) for step in range(int((HIGHEST - LOWEST) / STEP) + 1)]
    rates = [strict_rate(truth, own, question, strength) for strength in grid]
    capabilities = [kept(truth, own, strength) for strength in grid]
    onset = first_crossing(lambda c: strict_rate(truth, own, question, c) >= 0.5)
    collapse = first_crossing(lambda c: kept(truth, own, c) <= 0.9)
    control = first_crossing(lambda c: kept(truth, random, c) <= 0.9)
    best = max(rates)
    sated = first_crossing(lambda c: strict_rate(truth, own, question, c) >= 0.9 * best)
    predicted = None
    if question.choice is not None and question.choice.gain > 0:
        gain = question.choice.gain * 2.0 ** -truth.layers[layer].rise_octaves
        predicted = question.choice.margin / gain
    return {
        "question": question.id,
        "layer": layer,
        "onset": onset,
        "collapse": collapse,
        "width": octaves(collapse, onset),
        "control_collapse": control,
        "specificity": octaves(collapse, control),
        "predicted_onset": predicted,
        "best_rate": best,
        "safety": octaves(collapse, sated),
        "frontier": [_frontier(loss, rates, capabilities) for loss in LOSSES],
    }


def _frontier(loss: float, rates: Sequence[float], capabilities: Sequence[float]) -> dict[str, float]:
    allowed = [rate for rate, capability in zip(rates, capabilities, strict=True) if capability >= 1 - loss]
    return {"loss": loss, "rate": max(allowed, default=0.0)}


def octaves(above: float | None, below: float | None) -> float | None:
    """log2(above / below)."""
    return None if above is None or below is None else math.log2(above / below)
