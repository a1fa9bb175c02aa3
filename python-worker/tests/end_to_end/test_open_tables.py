"""The three Arrow files are what docs/results-format.md says, read by pyarrow and by polars."""

import json
import math
import re
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from .conftest import REPOSITORY

TABLES = ("samples", "measurements", "scores")
IDS = {"samples": "sample_id", "measurements": "measurement_id"}
PYARROW = {
    "utf8": pa.string(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "list of int32": pa.list_(pa.field("item", pa.int32(), nullable=False)),
    "list of float64": pa.list_(pa.field("item", pa.float64(), nullable=False)),
}
POLARS = {
    "utf8": pl.String(),
    "int32": pl.Int32(),
    "int64": pl.Int64(),
    "float64": pl.Float64(),
    "list of int32": pl.List(pl.Int32()),
    "list of float64": pl.List(pl.Float64()),
}


def page() -> str:
    return (REPOSITORY / "docs" / "results-format.md").read_text(encoding="utf8")


def documented(table: str) -> dict[str, str]:
    """Types by column; a `?` at the end allows null."""
    section = page().split(f"\n## {table}\n", 1)[1].split("\n## ", 1)[0]
    columns: dict[str, str] = {}
    shared = re.search(r"((?:`\w+`, )+`\w+`) as above", section)
    if shared is not None:
        above = documented("samples") | {"measurement_id": documented("samples")["sample_id"]}
        columns |= {name: above[name] for name in re.findall(r"`(\w+)`", shared[1])}
    for line in section.splitlines():
        names, types = ([*line.split("|"), "", ""][place].strip() for place in (1, 2))
        found = re.findall(r"`(\w+)`", names)
        kinds = types.split(", ") if "," in types else [types] * len(found)
        columns |= dict(zip(found, kinds, strict=True))
    return columns


def in_pyarrow(run: Path, table: str) -> pa.Table:
    with pa.ipc.open_file(run / f"{table}.arrow") as file:
        return file.read_all()


def in_polars(run: Path, table: str) -> pl.DataFrame:
    return pl.read_ipc(run / f"{table}.arrow")


@pytest.mark.parametrize("table", TABLES)
def test_pyarrow_finds_the_documented_columns_types_and_nulls(tiny_run, table):
    read = in_pyarrow(tiny_run, table)
    read.validate(full=True)
    types = documented(table)
    assert {field.name: field.type for field in read.schema} == {
        name: PYARROW[kind.removesuffix("?")] for name, kind in types.items()
    }
    nullable = {field.name for field in read.schema if field.nullable}
    assert nullable == {name for name, kind in types.items() if kind.endswith("?")}
    assert all(read[name].null_count == 0 for name in read.column_names if name not in nullable)


@pytest.mark.parametrize("table", TABLES)
def test_polars_finds_the_documented_columns_and_types(tiny_run, table):
    assert dict(in_polars(tiny_run, table).schema) == {
        name: POLARS[kind.removesuffix("?")] for name, kind in documented(table).items()
    }


@pytest.mark.parametrize("table", TABLES)
def test_both_libraries_read_the_same_rows(tiny_run, table):
    rows = in_pyarrow(tiny_run, table).to_pylist()
    assert len(rows) > 0
    assert in_polars(tiny_run, table).to_dicts() == rows


@pytest.mark.parametrize("table", TABLES)
def test_the_schema_says_its_version(tiny_run, table):
    documented_version = re.search(r"schema version (\d+)", page())
    assert documented_version is not None
    metadata = in_pyarrow(tiny_run, table).schema.metadata
    assert metadata[b"schema_version"] == documented_version[1].encode()


@pytest.mark.parametrize("table", TABLES)
def test_no_number_is_stored_as_nan_or_infinite(tiny_run, table):
    for name, values in in_pyarrow(tiny_run, table).to_pydict().items():
        assert all(math.isfinite(value) for value in floats(values)), name


def floats(value: Any) -> list[float]:
    if isinstance(value, list):
        return [number for each in value for number in floats(each)]
    return [value] if isinstance(value, float) else []


@pytest.mark.parametrize("table", IDS)
def test_rows_are_in_plan_order_and_complete(tiny_run, table):
    rows = in_polars(tiny_run, table)
    assert rows["plan_index"].to_list() == list(range(rows.height))
    assert rows[IDS[table]].n_unique() == rows.height
    manifest = json.loads((tiny_run / "manifest.json").read_text(encoding="utf8"))
    assert rows.height == manifest[table]


def test_every_sample_has_the_scores_of_its_kind_once(tiny_run):
    samples, scores = in_polars(tiny_run, "samples"), in_polars(tiny_run, "scores")
    assert scores["plan_index"].is_sorted()
    assert scores.select("sample_id", "scorer", "scorer_version").n_unique() == scores.height
    places = scores.select("sample_id", "plan_index").unique().sort("plan_index")
    assert places.equals(samples.select("sample_id", "plan_index"))
    of_kind = {"question": {"contains", "strict", "right", "response_class"}, "task": {"python"}}
    joined = samples.join(scores.group_by("sample_id").agg("scorer"), on="sample_id", how="left")
    for kind, scorers in joined.select("prompt_kind", "scorer").iter_rows():
        assert set(scorers) == of_kind[kind]


def test_a_missing_score_has_a_reason_and_others_lie_between_0_and_1(tiny_run):
    for value, reason in in_polars(tiny_run, "scores").select("value", "reason").iter_rows():
        assert reason is not None if value is None else 0 <= value <= 1


def test_the_documented_query_runs_as_written(tiny_run):
    code = re.search(r"```python\n(.*?)```", page(), re.DOTALL)
    assert code is not None
    *statements, query = code[1].replace("results/...", tiny_run.as_posix()).strip().splitlines()
    names: dict[str, Any] = {}
    exec("\n".join(statements), names)
    rates = eval(query, names)
    steered = rates.filter(pl.col("method").is_not_null())
    assert steered.height > 0
    assert steered["value"].is_between(0, 1).all()
