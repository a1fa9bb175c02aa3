"""windows.csv computed again from the Arrow tables of a run."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import polars as pl
import yaml

from . import definitions as d
from . import resampling as r
from .tables import Curve, Identity, count, curve, identities, rate, rates, scored_samples, steered

Field = float | str | bool | None
Record = dict[str, Field]
Draw = Callable[[str], r.Pick]
"""A source of random indices by the key of its stream."""

GENERALISES = ("these", "like_these")
LEAST_TASKS = 20


@dataclass(frozen=True)
class Run:
    samples: pl.DataFrame
    seed: int
    bootstrap: int
    confidence: Fraction


def read_run(folder: Path) -> Run:
    config = yaml.safe_load((folder / "config.resolved.yaml").read_text())
    analysis = config["analysis"]
    confidence = Fraction(str(analysis["confidence"]))
    return Run(scored_samples(folder), config["seed"], analysis["bootstrap"], confidence)


def records(run: Run) -> dict[Identity, Record]:
    """Every column of windows.csv but the posterior's, a row a curve."""
    return {identity: record(run, identity) for identity in identities(run.samples)}


def record(run: Run, identity: Identity) -> Record:
    own = curve(run.samples, identity)
    control = control_of(run, identity)
    return {
        **identity.columns(),
        "axis": "log",
        **conversion(run, identity),
        "n_strengths": len(own.strengths),
        "lowest_strength": own.strengths[0],
        "highest_strength": own.strengths[-1],
        "search_from": own.strengths[0] / 2,
        "search_to": own.strengths[-1] * 2,
        "tasks": len(own.capability.baseline),
        "target_samples": sum(count(cell) for cell in own.strict.cells),
        "capability_samples": sum(count(cell) for cell in own.capability.cells),
        "target_unscored": own.strict.unscored,
        "capability_unscored": own.capability.unscored,
        "not_estimated": None,
        "estimator": "posterior",
        "baseline_contains": float(rate(own.contains.baseline)),
        "baseline_strict": float(rate(own.strict.baseline)),
        "baseline_capability": float(rate(own.capability.baseline)),
        **window_columns(own),
        **grid_columns(own),
        **frontier_columns(own, None if control is None else curve(run.samples, control)),
        **control_columns(run, own, control),
        **interval_columns(run, identity, r.sfc32),
    }


def control_of(run: Run, identity: Identity) -> Identity | None:
    """The first method of role control under the same conditions."""
    if identity.role == "control":
        return None
    others = (other for other in identities(run.samples) if other.role == "control")
    return next((other for other in others if other.conditions() == identity.conditions()), None)


def conversion(run: Run, identity: Identity) -> Record:
    rows = steered(run.samples, identity)
    highest = rows.filter(pl.col("strength") == pl.col("strength").max()).row(0, named=True)
    return {f"{unit}_per_strength": highest[f"strength_{unit}"] / highest["strength"] for unit in ("resid", "raw")}


def ends(own: Curve) -> tuple[d.End, d.End]:
    target_weights = [count(cell) for cell in own.strict.cells]
    return d.onset(own.strengths, rates(own.strict.cells), target_weights), collapse_of(own)


def collapse_of(own: Curve) -> d.End:
    weights = [count(cell) for cell in own.capability.cells]
    return d.collapse(own.strengths, rates(own.capability.cells), weights, rate(own.capability.baseline))


def end_columns(name: str, end: d.End) -> Record:
    named = isinstance(end.value, str)
    return {
        name: None if named else end.value,
        f"{name}_name": end.value if named else None,
        f"{name}_after": end.after,
        f"{name}_by": end.by,
    }


def window_columns(own: Curve) -> Record:
    onset, collapse = ends(own)
    width = d.width(onset, collapse)
    named = isinstance(width, str)
    return {
        **end_columns("fit_onset", onset),
        **end_columns("fit_collapse", collapse),
        "fit_width": None if named else width,
        "fit_width_name": width if named else None,
        "fit_empty": None if isinstance(width, str) else width < 0,
    }


def grid_columns(own: Curve) -> Record:
    grid = d.grid(own.strengths, rates(own.contains.cells), rates(own.capability.cells))
    return {
        "grid_first_any": grid.first_any,
        "grid_first_majority": grid.first_majority,
        "grid_last_capable": grid.last_capable,
        "grid_capable_at_highest": grid.capable_at_highest,
        "grid_width": None if isinstance(grid.width, str) else grid.width,
    }


def frontier_of(own: Curve) -> tuple[Fraction, float | None]:
    return d.frontier(
        own.strengths,
        rates(own.strict.cells),
        [count(cell) for cell in own.strict.cells],
        rate(own.strict.baseline),
        rates(own.capability.cells),
        [count(cell) for cell in own.capability.cells],
        rate(own.capability.baseline),
    )


def frontier_columns(own: Curve, control: Curve | None) -> Record:
    best, strength = frontier_of(own)
    other = None if control is None else frontier_of(control)[0]
    return {
        "fit_frontier_rate": float(best),
        "fit_frontier_strength": strength,
        "fit_frontier_control_rate": None if other is None else float(other),
        "fit_frontier_gain": None if other is None else float(best - other),
    }


def control_columns(run: Run, own: Curve, control: Identity | None) -> Record:
    names = ["control", "control_draws", "fit_control_draw_collapses"]
    names += [f"fit_control_collapse{part}" for part in ("", "_name", "_after", "_by")]
    names += [f"control_target_{part}" for part in ("hits", "n", "high")]
    if control is None:
        return dict.fromkeys(names)
    pooled = curve(run.samples, control)
    draws = steered(run.samples, control)["draw"].unique().sort().to_list()
    collapses = [collapse_of(curve(run.samples, control, draw)).value for draw in draws]
    collapse = collapse_of(pooled)
    limit = collapse.value
    if isinstance(limit, str):
        limit = float("inf") if limit == "never_collapsed" else 0.0
    below = [cell for strength, cell in zip(pooled.strengths, pooled.strict.cells, strict=True) if strength < limit]
    n = sum(count(cell) for cell in below)
    hits = float(sum(rate(cell) * count(cell) for cell in below))
    return {
        "control": control.method,
        "control_draws": len(draws),
        **end_columns("fit_control_collapse", collapse),
        "fit_control_draw_collapses": " ".join(str(value) for value in collapses),
        "control_target_hits": hits,
        "control_target_n": n,
        "control_target_high": d.wilson(hits, n, float(run.confidence))[1] if n else None,
    }


def interval_columns(run: Run, identity: Identity, draw: Draw) -> Record:
    """Bounds and shares of both kinds of bootstrap; a kind that needs more tasks is empty."""
    own = curve(run.samples, identity)
    control = control_of(run, identity)
    columns: Record = {}
    for kind in GENERALISES:
        other_tasks = kind == "like_these"
        if other_tasks and len(own.capability.baseline) < LEAST_TASKS:
            columns |= dict.fromkeys(interval_names(kind))
            continue

        def drawn(of: Identity, kind: str = kind, other_tasks: bool = other_tasks) -> r.Replicates:
            stream = (run.seed, of.model, of.question, of.method, of.layer, of.capability, kind)
            pick = draw("/".join(str(part) for part in stream))
            return r.replicates(curve(run.samples, of), run.bootstrap, pick, other_tasks=other_tasks)

        values = drawn(identity)
        intervals = {name: r.percentile_interval(values[name], name, run.confidence) for name in r.QUANTITIES}
        onset, collapse = (
            (intervals[name], r.widened(intervals[name], end, own.strengths))
            for name, end in zip(("onset", "collapse"), ends(own), strict=True)
        )
        width = r.widened_width(intervals["width"], onset, collapse)
        intervals |= {"onset": onset[1], "collapse": collapse[1], "width": width}
        columns |= dict.fromkeys(interval_names(kind))
        if control is not None:
            pairs = zip(values["frontier_rate"], drawn(control)["frontier_rate"], strict=True)
            gains = [float(mine) - float(other) for mine, other in pairs]
            intervals["frontier_gain"] = r.percentile_interval(gains, "frontier_gain", run.confidence)
        for name, (low, high) in intervals.items():
            columns |= {f"{column_of(name)}_low_{kind}": low, f"{column_of(name)}_high_{kind}": high}
        windows = [r.opens_upwards(value) if isinstance(value, str) else value >= 0 for value in values["width"]]
        columns |= {
            f"fit_onset_grid_limited_{kind}": onset[0] != onset[1],
            f"fit_collapse_grid_limited_{kind}": collapse[0] != collapse[1],
            f"fit_window_share_{kind}": sum(windows) / run.bootstrap,
            f"fit_never_steered_share_{kind}": values["onset"].count("never_steered") / run.bootstrap,
            f"fit_never_collapsed_share_{kind}": values["collapse"].count("never_collapsed") / run.bootstrap,
        }
    return columns


def column_of(quantity: str) -> str:
    return quantity if quantity.startswith("grid_") else f"fit_{quantity}"


def interval_names(kind: str) -> list[str]:
    quantities = [column_of(name) for name in (*r.QUANTITIES, "frontier_gain")]
    bounds = [f"{name}_{side}_{kind}" for name in quantities for side in ("low", "high")]
    limited = [f"fit_{name}_grid_limited_{kind}" for name in ("onset", "collapse")]
    return bounds + limited + [f"fit_{name}_share_{kind}" for name in ("window", "never_steered", "never_collapsed")]
