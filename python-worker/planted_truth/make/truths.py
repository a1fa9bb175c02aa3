"""The truth about a planted model as a report should find it (`truth.json`): crossings, not parameters of curves."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from planted_truth.make.crossings import falls_to, first_crossing, grid, kept, strict_rate
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

    def rate(strength: float) -> float:
        return strict_rate(truth, own, question, strength)

    def own_kept(strength: float) -> float:
        return kept(truth, own, strength)

    strengths = grid()
    rates = [rate(strength) for strength in strengths]
    best = max(rates)
    onset = first_crossing(rate, rates, lambda value: value >= 0.5)
    sated = first_crossing(rate, rates, lambda value: value >= 0.9 * best)
    collapse = falls_to(own_kept, 0.9)
    control = falls_to(lambda strength: kept(truth, random, strength), 0.9)
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
        "frontier": [_frontier(loss, strengths, rates, own_kept) for loss in LOSSES],
    }


def _frontier(
    loss: float, strengths: Sequence[float], rates: Sequence[float], own_kept: Callable[[float], float]
) -> dict[str, float]:
    lost = falls_to(own_kept, 1 - loss)
    allowed = [rate for strength, rate in zip(strengths, rates, strict=True) if lost is None or strength <= lost]
    return {"loss": loss, "rate": max(allowed, default=0.0)}


def octaves(above: float | None, below: float | None) -> float | None:
    """log2(above / below)."""
    return None if above is None or below is None else math.log2(above / below)
