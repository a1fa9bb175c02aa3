"""The truth under one edit, or none: rates and log-probabilities of a question and of a task."""

import math
from dataclasses import dataclass

from planted_truth.curves import logistic
from planted_truth.truth import Choice, Harm, PlantedTruth, QuestionTruth, TaskTruth
from planted_truth.vectors import PlantedVector

#: No log-probability is lower.
LOWEST_NATS = -40.0


@dataclass(frozen=True)
class QuestionRates:
    """P(the response is language), and P(its answer is the target, given that)."""

    intact: float
    target: float


@dataclass(frozen=True)
class Condition:
    """An edit's vector and its strength in shares of the median residual norm; `vector` None is the unedited model."""

    truth: PlantedTruth
    vector: PlantedVector | None = None
    strength: float = 0.0

    def question(self, question: QuestionTruth) -> QuestionRates:
        """A random vector, or one of another question, does harm and never steers."""
        rise = 0.0
        if self.vector is not None and self._steers(question):
            layer = self.truth.layers[self.vector.layer]
            rise = question.rise.at(self.strength, layer.rise_octaves + self.vector.shift)
        intact = 1 - self._harm().intact.at(self.strength, self._harm_shift()) if self.vector is not None else 1.0
        return QuestionRates(intact, question.guess + (1 - question.lapse - question.guess) * rise)

    def capability_kept(self, task: TaskTruth) -> float:
        """Share of the unsteered rate of right programs that is left."""
        if self.vector is None:
            return 1.0
        return 1 - self._harm().capability.at(self.strength, self._harm_shift() + task.octaves)

    def capability(self, task: TaskTruth) -> float:
        return self.truth.capability * self.capability_kept(task)

    def log_odds(self, question: QuestionTruth, choice: Choice) -> float:
        """log p(right) - log p(target); a layer or vector that rises later by x octaves has 2^-x of the gain."""
        if self.vector is None or not self._steers(question):
            return choice.margin
        later = self.truth.layers[self.vector.layer].rise_octaves + self.vector.shift
        return choice.margin - choice.gain * self.strength * math.exp2(-later)

    def divergence(self) -> float:
        """KL on neutral text, nats."""
        return self.truth.kl.nats * math.pow(self.strength, self.truth.kl.power)

    def _steers(self, question: QuestionTruth) -> bool:
        vector = self.vector
        return vector is not None and vector.kind == "caa" and self.truth.questions[vector.question].id == question.id

    def _harm(self) -> Harm:
        assert self.vector is not None
        question = self.truth.questions[self.vector.question]
        return question.random if self.vector.kind == "random" else question.steered

    def _harm_shift(self) -> float:
        assert self.vector is not None
        return self.truth.layers[self.vector.layer].harm_octaves + self.vector.shift


def choice_logprob(log_odds: float, role: str) -> float:
    """log p of the right or the target answer where these two share all probability."""
    p = logistic(log_odds if role == "right" else -log_odds)
    return max(LOWEST_NATS, math.log(p)) if p > 0 else LOWEST_NATS


def log_share(share: float) -> float:
    return max(LOWEST_NATS, math.log(share)) if share > 0 else LOWEST_NATS
