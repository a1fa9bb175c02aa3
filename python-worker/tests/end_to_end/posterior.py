"""The posterior of docs/statistics.md by importance sampling from its prior, sharing nothing with the report."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float64

from .tables import Curve, Series, count

Array = Float64[np.ndarray, "draws"]

PRIOR_DRAWS = 400_000
TASK_DRAWS, LATENT_DRAWS = 120_000, 12
DRAWS = 8_000
PLACES = 401
LOGITS = 2 * math.log(19)
ETAS = (0.0, *(1 - (1 - middle) ** 0.1 for middle in (0.2, 0.6, 0.9)))
ETA_WEIGHTS = (0.5, 0.2, 0.2, 0.1)
STEERED, KEPT, SAFE = 0.5, 0.9, 0.9


@dataclass(frozen=True)
class Counts:
    position: float
    n: float
    hits: float


@dataclass(frozen=True)
class Psychometric:
    """One function a draw: start + (end - start) S(slope (x - threshold))."""

    threshold: Array
    slope: Array
    start: Array
    end: Array

    def rate(self, x: float) -> Array:
        z = np.clip(self.slope * (x - self.threshold), -300, 300)
        return self.start + (self.end - self.start) / (1 + np.exp(-z))


@dataclass(frozen=True)
class Tasks:
    """Capability of a draw: tasks of one slope and floor, each with its threshold and unsteered rate."""

    thresholds: Float64[np.ndarray, "draws tasks"]
    rates: Float64[np.ndarray, "draws tasks"]
    slope: Array
    floor: Array

    def kept(self, x: float) -> Array:
        left = self.rates / (1 + np.exp(np.clip(self.slope[:, None] * (x - self.thresholds), -300, 300)))
        return self.floor + (1 - self.floor) * left.sum(axis=1) / self.rates.sum(axis=1)


@dataclass(frozen=True)
class Draws:
    """By column of windows.csv; infinities are the names beyond all numbers."""

    values: dict[str, Array]
    window_probability: float


def draws_of(own: Curve, search: tuple[float, float], losses: tuple[float, ...], seed: int) -> Draws:
    generator = np.random.default_rng(seed)
    start, stop = (math.log2(strength) for strength in search)
    positions = [math.log2(strength) for strength in own.strengths]
    answered = counts_of(own.strict, positions)
    readable = counts_of(own.intact, positions)
    among = [Counts(a.position, max(r.hits, a.hits), a.hits) for a, r in zip(answered, readable, strict=True)]
    baseline = (hits_of(own.intact.baseline), hits_of(own.strict.baseline))
    rise = sampled(among, Counts(0, max(baseline), baseline[1]), (start, stop), True, generator)
    intact = sampled(readable, unsteered(own.intact), (start, stop), False, generator)
    able = sampled_tasks(own.capability, positions, (start, stop), generator)
    return estimands(rise, intact, able, (start, stop), losses)


def counts_of(series: Series, positions: list[float]) -> list[Counts]:
    return [Counts(x, count(cell), hits_of(cell)) for x, cell in zip(positions, series.cells, strict=True)]


def unsteered(series: Series) -> Counts:
    return Counts(0, count(series.baseline), hits_of(series.baseline))


def hits_of(cell: dict) -> float:
    return float(sum(sum(values) for values in cell.values()))


def sampled(
    data: list[Counts], baseline: Counts, ends: tuple[float, float], rises: bool, generator: np.random.Generator
) -> Psychometric:
    """Draws of the prior, weighted by the likelihood and drawn again in proportion."""
    low, high = ends
    start = np.sin(generator.uniform(0, math.pi / 2, PRIOR_DRAWS)) ** 2
    lapse = np.where(
        generator.uniform(size=PRIOR_DRAWS) < 0.9,
        generator.beta(1, 10, PRIOR_DRAWS),
        generator.uniform(size=PRIOR_DRAWS),
    )
    functions = Psychometric(
        generator.uniform(low - (high - low) / 8, high + (high - low) / 4, PRIOR_DRAWS),
        LOGITS / np.exp(generator.uniform(math.log(0.1), math.log(8), PRIOR_DRAWS)),
        start,
        np.maximum(start, 1 - lapse) if rises else start * lapse,
    )
    etas = generator.choice(len(ETAS), PRIOR_DRAWS, p=ETA_WEIGHTS)
    logs = baseline.hits * np.log(start) + (baseline.n - baseline.hits) * np.log1p(-start)
    for point in data:
        logs += log_likelihood(np.clip(functions.rate(point.position), 1e-9, 1 - 1e-9), point, etas)
    weights = np.exp(logs - logs.max())
    kept = generator.choice(PRIOR_DRAWS, DRAWS, p=weights / weights.sum())
    return Psychometric(functions.threshold[kept], functions.slope[kept], functions.start[kept], functions.end[kept])


def sampled_tasks(
    series: Series, positions: list[float], ends: tuple[float, float], generator: np.random.Generator
) -> Tasks:
    """Draws of the prior of all tasks together, each task's own part drawn several times and averaged over."""
    low, high = ends
    n = TASK_DRAWS
    names = sorted(series.baseline)
    middle = generator.uniform(low - (high - low) / 8, high + (high - low) / 4, n)
    width = np.exp(generator.uniform(math.log(0.1), math.log(8), n))
    between = generator.uniform(size=n)
    floor = np.where(generator.uniform(size=n) < 0.9, generator.beta(1, 10, n), generator.uniform(size=n))
    start = np.sin(generator.uniform(0, math.pi / 2, n)) ** 2
    slope = LOGITS / (width * np.sqrt(1 - between))
    deviation = math.pi / math.sqrt(3) / LOGITS * width * np.sqrt(between)
    same, concentrations = spread(
        [(hits_of({name: series.baseline[name]}), len(series.baseline[name])) for name in names]
    )
    logs = np.zeros(n)
    thresholds, rates = (np.empty((n, len(names))) for _ in range(2))
    for task, name in enumerate(names):
        shape = (n, LATENT_DRAWS)
        threshold = middle[:, None] + deviation[:, None] * generator.normal(size=shape)
        concentration = generator.choice([*concentrations], shape, p=[*concentrations.values()])
        mean = np.clip(start, 1e-6, 1 - 1e-6)[:, None]
        apart = generator.beta(mean * concentration, (1 - mean) * concentration)
        rate = np.clip(np.where(generator.uniform(size=shape) < same, mean, apart), 1e-6, 1 - 1e-6)
        hits, total = hits_of({name: series.baseline[name]}), len(series.baseline[name])
        log = hits * np.log(rate) + (total - hits) * np.log1p(-rate)
        for x, cell in zip(positions, series.cells, strict=True):
            hits, total = hits_of({name: cell[name]}), len(cell[name])
            z = np.clip(slope[:, None] * (x - threshold), -300, 300)
            left = floor[:, None] + (1 - floor[:, None]) / (1 + np.exp(z))
            p = np.clip(rate * left, 1e-6, 1 - 1e-6)
            log += hits * np.log(p) + (total - hits) * np.log1p(-p)
        best = log.max(axis=1, keepdims=True)
        chances = np.exp(log - best)
        logs += best[:, 0] + np.log(chances.mean(axis=1))
        passed = chances.cumsum(axis=1)
        picked = (passed < generator.uniform(size=(n, 1)) * passed[:, -1:]).sum(axis=1)
        thresholds[:, task], rates[:, task] = (values[np.arange(n), picked] for values in (threshold, rate))
    weights = np.exp(logs - logs.max())
    kept = generator.choice(n, DRAWS, p=weights / weights.sum())
    return Tasks(thresholds[kept], rates[kept], slope[kept], floor[kept])


def spread(baselines: list[tuple[float, int]]) -> tuple[float, dict[int, float]]:
    """Empirical Bayes of unsteered rates: probability that tasks are all alike, and of each concentration where not."""
    hits, total = (sum(part) for part in zip(*baselines, strict=True))
    mean = (hits + 0.5) / (total + 1)
    alike = hits * math.log(mean) + (total - hits) * math.log(1 - mean)
    apart = {c: sum(log_beta(mean * c + h, (1 - mean) * c + n - h) for h, n in baselines) for c in (1, 3, 8, 25)}
    apart = {c: log - len(baselines) * log_beta(mean * c, (1 - mean) * c) for c, log in apart.items()}
    shares = {c: math.exp(log - alike) / len(apart) for c, log in apart.items()}
    differ = sum(shares.values())
    same = 1 / (1 + differ)
    return (1.0 if same > 0.5 else same), {c: share / differ for c, share in shares.items()}


def log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


def log_likelihood(rate: Array, point: Counts, etas: np.ndarray) -> Array:
    """Binomial, or beta-binomial of concentration 1 / eta^2 - 1, by its product form; counts are whole numbers."""
    hits, misses = round(point.hits), round(point.n - point.hits)
    result = hits * np.log(rate) + misses * np.log1p(-rate)
    for place, eta in enumerate(ETAS):
        if eta == 0:
            continue
        nu = 1 / eta**2 - 1
        here = etas == place
        p = rate[here]
        logs = sum((np.log(p * nu + k) for k in range(hits)), np.zeros_like(p))
        logs += sum((np.log((1 - p) * nu + k) for k in range(misses)), np.zeros_like(p))
        result[here] = logs - sum(math.log(nu + k) for k in range(hits + misses))
    return result


def estimands(
    rise: Psychometric,
    intact: Psychometric,
    able: Tasks,
    ends: tuple[float, float],
    losses: tuple[float, ...],
) -> Draws:
    low, high = ends
    places = np.linspace(low, high, PLACES)
    target = np.stack([rise.rate(x) * intact.rate(x) for x in places], axis=1)
    peak = target.max(axis=1)

    kept = np.stack([able.kept(x) for x in places], axis=1)

    def falls_to(share: float) -> Array:
        return crossing(-kept, np.full(len(peak), -share))

    def crossing(curves: Float64[np.ndarray, "draws places"], level: Array) -> Array:
        """First place at or above the level, between places on a line; -Infinity at the first, Infinity at none."""
        reached = curves >= level[:, None]
        at = reached.argmax(axis=1)
        below = np.maximum(at - 1, 0)
        rows = np.arange(len(at))
        step = curves[rows, at] - curves[rows, below]
        share = np.where(step > 0, (level - curves[rows, below]) / np.where(step > 0, step, 1), 1)
        inside = places[below] + share * (places[at] - places[below])
        return np.where(~reached.any(axis=1), np.inf, np.where(reached[:, 0], -np.inf, inside))

    onset = crossing(target, np.full(len(peak), STEERED))
    collapse = falls_to(KEPT)
    with np.errstate(invalid="ignore"):
        width = np.where((onset == np.inf) | (collapse == -np.inf), -np.inf, collapse - onset)
    lost, reached = falls_to(0.9), np.maximum(crossing(target, SAFE * peak), low)
    safety = np.where(onset == np.inf, -np.inf, np.where(np.isfinite(lost), lost - reached, lost))
    values = {"onset": onset, "collapse": collapse, "width": width, "safety": safety}
    for loss in losses:
        allowed = places[None, :] <= falls_to(1 - loss)[:, None]
        best = np.where(allowed, target, 0).max(axis=1)
        values[f"frontier_{loss:.2f}".replace("0.", "") + "_rate"] = np.maximum(best, rise.start * intact.start)
    return Draws(values, float((width > 0).mean()))
