"""A run's samples and newest scores as curves (docs/statistics.md, "From samples to curves")."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import polars as pl

Cell = dict[str, list[Fraction]]
"""Scores of one curve at one strength, by the question or task that was asked, in plan order."""


@dataclass(frozen=True)
class Identity:
    """The columns that say which curve it is."""

    model: str
    parameters: int
    question: str
    method: str
    role: str
    layer: int
    positions: str
    unit: str
    capability: str

    def columns(self) -> dict[str, float | str | bool | None]:
        return asdict(self)

    def conditions(self) -> dict[str, float | str | bool | None]:
        """What a method and its control share."""
        return {name: value for name, value in self.columns().items() if name not in ("method", "role")}


@dataclass(frozen=True)
class Series:
    """One scorer's values of a curve; one cell for each strength, upwards."""

    cells: tuple[Cell, ...]
    baseline: Cell
    unscored: int


@dataclass(frozen=True)
class Curve:
    strengths: tuple[float, ...]
    contains: Series
    strict: Series
    intact: Series
    capability: Series


def scored_samples(run: Path) -> pl.DataFrame:
    """One row for each sample and scorer, the scorer's newest version, in plan order."""
    scores = pl.read_ipc(run / "scores.arrow").select("sample_id", "scorer", "scorer_version", "value")
    newest = scores.filter(pl.col("scorer_version") == pl.col("scorer_version").max().over("sample_id", "scorer"))
    return pl.read_ipc(run / "samples.arrow").join(newest, on="sample_id", how="left").sort("plan_index", "scorer")


def identities(samples: pl.DataFrame) -> list[Identity]:
    """All curves, in the order of the plan."""
    names = list(Identity.__dataclass_fields__)
    tasks = samples.filter(pl.col("role") != "baseline", pl.col("prompt_kind") == "task")
    return [Identity(**row) for row in tasks.select(names).unique(maintain_order=True).iter_rows(named=True)]


def steered(samples: pl.DataFrame, identity: Identity) -> pl.DataFrame:
    """The steered samples of a curve, of all draws; answers and programs alike."""
    shared = ("model", "question", "method", "layer", "positions", "unit")
    return samples.filter(*(pl.col(name) == getattr(identity, name) for name in shared))


def curve(samples: pl.DataFrame, identity: Identity, draw: int | None = None) -> Curve:
    """The curve of all draws pooled, or of one."""
    edited = steered(samples, identity)
    if draw is not None:
        edited = edited.filter(pl.col("draw") == draw)
    unsteered = samples.filter(pl.col("model") == identity.model, pl.col("role") == "baseline")
    strengths = sorted(edited["strength"].unique())

    def series(*kept: pl.Expr) -> Series:
        values = edited.filter(*kept)
        cells = tuple(by_prompt(values.filter(pl.col("strength") == strength)) for strength in strengths)
        return Series(cells, by_prompt(unsteered.filter(*kept)), values["value"].null_count())

    asked = pl.col("prompt_kind").eq("question") & pl.col("prompt_id").eq(identity.question)
    return Curve(
        tuple(strengths),
        series(asked, pl.col("scorer") == "contains"),
        series(asked, pl.col("scorer") == "strict"),
        series(asked, pl.col("scorer") == "response_class"),
        series(pl.col("prompt_kind") == "task", pl.col("capability") == identity.capability),
    )


def by_prompt(rows: pl.DataFrame) -> Cell:
    cell: Cell = {}
    for prompt, value in rows.drop_nulls("value").select("prompt_id", "value").iter_rows():
        cell.setdefault(prompt, []).append(Fraction(value))
    return cell


def count(cell: Cell) -> int:
    return sum(len(values) for values in cell.values())


def rate(cell: Cell) -> Fraction:
    return sum((sum(values, Fraction()) for values in cell.values()), Fraction()) / count(cell)


def rates(cells: Sequence[Cell]) -> list[Fraction]:
    return [rate(cell) for cell in cells]
