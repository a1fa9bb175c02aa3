"""The tables of a report follow from its Arrow files by docs/statistics.md: all is computed here a second time."""

import csv
import math
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pytest

from . import definitions as d
from . import posterior as p
from . import resampling as r
from .records import Field, Record, Run, read_run, records
from .tables import Identity, curve

RELATIVE = 1e-9

INDEPENDENT_REPLICATES = 2000
OCTAVES = 0.25
"""Between bounds of two bootstraps of different streams: a third of the tiny experiment's step."""


LOSSES = (0.02, 0.05, 0.1)
ABOVE = {"onset": {"never_steered"}}
"""Names above all numbers where they are not the names of an open window; the others lie below."""
OPEN = {"never_collapsed", "steered_at_lowest"}
RANKS, TAIL_RANKS, PROBABILITIES = 0.13, 0.04, 0.16
"""Of a median, of a bound, between probabilities: Monte Carlo of both, and the cells of the report's grid."""
PLACE = 0.01
"""Octaves, or a rate: a step of the places that the independent draws are read at."""
GAIN = 0.05


@pytest.fixture(scope="module")
def run(tiny_run: Path) -> Run:
    return read_run(tiny_run)


@pytest.fixture(scope="module")
def computed(run: Run) -> dict[Identity, Record]:
    return records(run)


@pytest.fixture(scope="module")
def printed(tiny_run: Path, computed: dict[Identity, Record]) -> dict[Identity, dict[str, str]]:
    """The rows of windows.csv by curve."""
    with (tiny_run / "report" / "windows.csv").open(newline="", encoding="utf8") as file:
        rows = list(csv.DictReader(file))
    by_columns = {tuple(str(value) for value in identity.columns().values()): identity for identity in computed}
    names = list(Identity.__dataclass_fields__)
    return {by_columns[tuple(row[name] for name in names)]: row for row in rows}


@pytest.fixture(scope="module")
def page(tiny_run: Path) -> str:
    return (tiny_run / "report" / "windows.md").read_text(encoding="utf8")


def agrees(name: str, value: Field, cell: str) -> bool:
    if value is None:
        return cell == ""
    if isinstance(value, bool):
        return cell == str(value).lower()
    if isinstance(value, str):
        return cell == value
    return is_number(cell) and math.isclose(float(cell), value, rel_tol=RELATIVE, abs_tol=1e-12)


def is_number(cell: str) -> bool:
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def check(computed: dict[Identity, Record], printed: dict[Identity, dict[str, str]], prefixes: tuple[str, ...]) -> None:
    compared = 0
    for identity, record in computed.items():
        for name, value in record.items():
            if name.startswith(prefixes) and name != "fit_control_draw_collapses":
                compared += 1
                cell = printed[identity][name]
                assert agrees(name, value, cell), f"{identity.question}, {identity.method}, {name}: {value} and {cell}"
    assert compared >= len(computed)


def test_every_curve_has_one_row_and_every_column_is_computed_again(computed, printed, tiny_run):
    lines = (tiny_run / "report" / "windows.csv").read_text(encoding="utf8").strip().splitlines()
    assert len(lines) == 1 + len(computed)
    assert set(printed) == set(computed)
    header = set(next(iter(printed.values())))
    for record in computed.values():
        assert header - set(record) == set(posterior_columns())


def test_the_tiny_run_has_numbers_names_and_controls_to_compare(computed):
    onsets = [record["fit_onset"] for record in computed.values()]
    assert any(value is not None for value in onsets)
    assert any(value is None for value in onsets)
    assert any(record["fit_width"] is not None for record in computed.values())
    assert {identity.role for identity in computed} == {"method", "control"}


def test_samples_strengths_and_units_are_counted_from_the_tables(computed, printed):
    names = ("axis", "n_strengths", "lowest", "highest", "tasks", "target_", "capability", "not_estimated")
    check(computed, printed, (*names, "resid_per", "raw_per", "search_", "estimator"))


def test_baselines_are_the_pooled_rates_of_the_unsteered_model(computed, printed):
    check(computed, printed, ("baseline_",))


def test_onset_collapse_and_width_follow_from_the_fitted_curves(computed, printed):
    names = tuple(f"fit_{end}{part}" for end in ("onset", "collapse") for part in ("_name", "_after", "_by"))
    check(computed, printed, (*names, "fit_width_name", "fit_empty"))
    for identity, record in computed.items():
        for name in ("fit_onset", "fit_collapse", "fit_width"):
            assert agrees(name, record[name], printed[identity][name])


def test_the_posts_own_numbers_follow_from_raw_rates(computed, printed):
    check(computed, printed, ("grid_",))


def test_the_frontier_follows_from_the_fitted_curves(computed, printed):
    check(computed, printed, ("fit_frontier_",))


def test_the_control_is_pooled_and_read_draw_by_draw(computed, printed):
    check(computed, printed, ("control", "fit_control"))
    for identity, record in computed.items():
        texts = (str(record["fit_control_draw_collapses"] or ""), printed[identity]["fit_control_draw_collapses"])
        values, cells = (text.split(" ") if text else [] for text in texts)
        assert len(values) == len(cells)
        for value, cell in zip(values, cells, strict=True):
            assert agrees("fit_control_draw_collapses", float(value) if is_number(value) else value, cell)


def test_bounds_and_shares_follow_from_the_documented_random_stream(computed, printed):
    kinds = ("_these", "_like_these")
    names = {name for record in computed.values() for name in record if name.endswith(kinds)}
    check(computed, printed, tuple(sorted(names)))
    assert all(name.startswith(("fit_", "grid_")) for name in names)


def test_a_bootstrap_of_another_random_stream_agrees(run, computed, printed):
    """Numeric bounds within OCTAVES, shares of replicates within four standard errors."""
    generator = np.random.default_rng(20)
    bounds = 0
    for identity, record in computed.items():
        own = curve(run.samples, identity)
        drawn = r.replicates(own, INDEPENDENT_REPLICATES, lambda n: int(generator.integers(n)))
        row = printed[identity]
        raw = {
            name: r.percentile_interval(drawn[name], name, run.confidence) for name in ("onset", "collapse", "width")
        }
        wide = {name: r.widened(raw[name], end_of(record, name), own.strengths) for name in ("onset", "collapse")}
        moved = {name: (raw[name], wide[name]) for name in wide}
        wide["width"] = r.widened_width(raw["width"], moved["onset"], moved["collapse"])
        for name, interval in wide.items():
            for side, value in zip(("low", "high"), interval, strict=True):
                cell = row[f"fit_{name}_{side}_these"]
                if isinstance(value, str) or not is_number(cell):
                    continue
                bounds += 1
                apart = value - float(cell) if name == "width" else math.log2(value / float(cell))
                assert abs(apart) <= OCTAVES, f"{identity.question}, {identity.method}, {name}, {side}: {value}, {cell}"
        windows = [r.opens_upwards(value) if isinstance(value, str) else value >= 0 for value in drawn["width"]]
        shares = {
            "window_share": sum(windows),
            "never_steered_share": drawn["onset"].count("never_steered"),
            "never_collapsed_share": drawn["collapse"].count("never_collapsed"),
        }
        for name, hits in shares.items():
            share = hits / INDEPENDENT_REPLICATES
            error = math.sqrt(share * (1 - share) * (1 / run.bootstrap + 1 / INDEPENDENT_REPLICATES))
            assert abs(share - float(row[f"fit_{name}_these"])) <= 4 * error + 1 / run.bootstrap
    assert bounds >= 4


def end_of(record: Record, name: str) -> d.End:
    value, after, by = (record[f"fit_{column}"] for column in (name, f"{name}_after", f"{name}_by"))
    if isinstance(value, float) and isinstance(after, float) and isinstance(by, float):
        return d.End(value, after, by)
    return d.End(str(record[f"fit_{name}_name"]))


def posterior_columns() -> list[str]:
    """The columns that are no fit: headline, margin of safety, frontier at each loss and the control's collapse."""
    frontiers = [f"frontier{part}" for part in ("", "_02", "_05", "_10")]
    names = [f"{end}{part}" for end in ("onset", "collapse", "width", "safety") for part in ("", "_name")]
    names += ["empty", *(f"{name}_{part}" for name in frontiers for part in ("rate", "strength", "gain"))]
    names += ["control_collapse", "control_collapse_name", "collapse_over_control"]
    names += [f"control_collapse_{side}_these" for side in ("low", "high")]
    for kind in ("these", "like_these"):
        bounded = ["onset", "collapse", "width", "safety"]
        bounded += [f"{name}_{part}" for name in frontiers for part in ("rate", "gain")]
        names += [f"{name}_{side}_{kind}" for name in bounded for side in ("low", "high")]
        names += [f"{name}_probability_{kind}" for name in ("window", "never_steered", "never_collapsed")]
    return names


@pytest.fixture(scope="module")
def drawn(run: Run, printed: dict[Identity, dict[str, str]]) -> dict[Identity, p.Draws]:
    def ends(row: dict[str, str]) -> tuple[float, float]:
        return float(row["search_from"]), float(row["search_to"])

    return {
        identity: p.draws_of(curve(run.samples, identity), ends(row), LOSSES, seed)
        for seed, (identity, row) in enumerate(printed.items())
    }


def test_posterior_medians_and_bounds_agree_with_importance_sampling(run, printed, drawn):
    """A bound's rank among independent draws is its own share; a name's rank is that of an infinity."""
    tail = (1 - float(run.confidence)) / 2
    compared = 0
    for identity, row in printed.items():
        for name, values in drawn[identity].values.items():
            for column, share in ((name, 0.5), (f"{name}_low_these", tail), (f"{name}_high_these", 1 - tail)):
                cell = row[column] or row[f"{name}_name"]
                compared += 1
                rank(values, name, cell, share, f"{identity.question}, {identity.method}, {column}: {cell}")
    assert compared == 3 * 7 * len(printed)


def rank(values: np.ndarray, name: str, cell: str, share: float, what: str) -> None:
    if is_number(cell):
        value = math.log2(float(cell)) if name in ("onset", "collapse") else float(cell)
    else:
        value = math.inf if cell.split("+")[0] in ABOVE.get(name, OPEN) else -math.inf
    apart = RANKS if share == 0.5 else TAIL_RANKS
    below, upto = (values < value - PLACE).mean(), (values <= value + PLACE).mean()
    assert below - apart <= share <= upto + apart, f"{what} has ranks {below} to {upto}"


def test_posterior_probabilities_and_gains_agree_with_importance_sampling(run, printed, drawn):
    for identity, row in printed.items():
        own = drawn[identity]
        shares = {
            "window": own.window_probability,
            "never_steered": (own.values["onset"] == np.inf).mean(),
            "never_collapsed": (own.values["collapse"] == np.inf).mean(),
        }
        for name, share in shares.items():
            assert abs(float(row[f"{name}_probability_these"]) - share) <= PROBABILITIES
        control = next((other for other in printed if other.role == "control" and same(other, identity)), None)
        for loss in ("02", "05", "10"):
            cells = [row[f"frontier_{loss}_gain{part}"] for part in ("", "_low_these", "_high_these")]
            if identity.role == "control" or control is None:
                assert cells == ["", "", ""]
                continue
            name = f"frontier_{loss}_rate"
            gains = own.values[name] - drawn[control].values[name]
            expected = np.quantile(gains, [0.5, 0.025, 0.975])
            assert np.abs(expected - [float(cell) for cell in cells]).max() <= GAIN


def same(control: Identity, identity: Identity) -> bool:
    return control.conditions() == identity.conditions()


def test_the_headline_is_the_posteriors_and_its_parts_belong_together(printed):
    control_rows = {identity: row for identity, row in printed.items() if identity.role == "control"}
    for identity, row in printed.items():
        for part in ("rate", "strength", "gain", "rate_low_these", "gain_high_these"):
            assert row[f"frontier_{part}"] == row[f"frontier_05_{part}"]
        assert row["empty"] == ("" if row["width"] == "" else str(float(row["width"]) < 0).lower())
        if identity.role == "control":
            continue
        control = next(other for other_identity, other in control_rows.items() if same(other_identity, identity))
        for part in ("collapse", "collapse_name", "collapse_low_these", "collapse_high_these"):
            assert row[f"control_{part}"] == control[part]
        if row["collapse"] and control["collapse"]:
            quotient = float(row["collapse"]) / float(control["collapse"])
            assert math.isclose(float(row["collapse_over_control"]), quotient, rel_tol=RELATIVE)


def test_the_page_shows_the_windows_rounded(printed, page):
    shown = 0
    for identity, row in printed.items():
        if identity.role == "control":
            continue
        title = f"## {identity.question}: {identity.method}, {identity.capability}, strength in {identity.unit}"
        cells = table_after(page, title, {"model": identity.model, "layer": str(identity.layer)})
        for end in ("onset", "collapse"):
            bounds = interval(row, end, "these", strength)
            assert cells[end] == f"{strength(row[end] or row[f'{end}_name'])} {bounds}"
        empty = " (empty)" if row["empty"] == "true" else ""
        assert cells["width (octaves)"] == signed(row["width"] or row["width_name"]) + empty
        assert cells["these tasks"] == interval(row, "width", "these", signed)
        assert cells["tasks like these"] == interval(row, "width", "like_these", signed)
        assert cells["P(window)"] == rounded(row["window_probability_these"])
        assert cells["T"] == signed(row["frontier_gain"])
        assert cells["T, these tasks"] == interval(row, "frontier_gain", "these", signed)
        assert cells["random collapse"] == strength(row["control_collapse"] or row["control_collapse_name"])
        assert cells["collapse / random"] == (rounded(row["collapse_over_control"]) or "–")
        shown += 1
    assert shown > 0


def test_the_page_shows_the_posts_numbers_rounded(printed, page):
    for identity, row in printed.items():
        own = {name: getattr(identity, name) for name in ("question", "method", "model")}
        cells = table_after(page, "## The post's own numbers", own)
        highest = row["grid_capable_at_highest"] == "true"
        assert cells["first any"] == strength(row["grid_first_any"])
        assert cells["first majority"] == strength(row["grid_first_majority"])
        assert cells["last capable"] == strength(row["grid_last_capable"]) + (" (highest tested)" if highest else "")
        assert cells["interval"] == interval(row, "grid_width", "these", signed)
        if row["grid_width"]:
            assert cells["width"] == ("≥ " if highest else "") + signed(row["grid_width"])
        else:
            assert cells["width"] in (strength(row["grid_first_majority"]), strength(row["grid_last_capable"]))


def test_the_page_shows_the_controls_with_wilsons_bound(run, printed, page):
    hits = n = 0
    for identity, row in printed.items():
        if identity.role == "control":
            continue
        own = {name: getattr(identity, name) for name in ("question", "method", "model")}
        cells = table_after(page, "## Random directions of the same norm", own)
        bounds = interval(row, "control_collapse", "these", strength)
        assert cells["collapse"] == f"{strength(row['control_collapse'] or row['control_collapse_name'])} {bounds}"
        assert cells["of each draw"] == "; ".join(
            strength(draw) for draw in row["fit_control_draw_collapses"].split(" ")
        )
        assert cells["target below collapse"] == f"{row['control_target_hits']} of {row['control_target_n']}"
        assert cells["upper bound"] == (rounded(row["control_target_high"]) or "–")
        hits, n = hits + int(row["control_target_hits"]), n + int(row["control_target_n"])
    high = d.wilson(hits, n, float(run.confidence))[1]
    rates = f"({rounded(str(hits / n))}, upper bound {rounded(str(high))})"
    assert f"All together, below their collapse: {hits} strict target answers of {n} {rates}." in page


def table_after(page: str, title: str, wanted: dict[str, str]) -> dict[str, str]:
    """The only row with the wanted cells of the table under a heading."""
    section = page.split(f"{title}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    header, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    records = [dict(zip(header, row, strict=True)) for row in rows]
    (found,) = (record for record in records if wanted.items() <= record.items())
    return found


def name_of(cell: str) -> str:
    return cell.replace("+", " and ").replace("_", " ")


def strength(cell: str) -> str:
    """Three significant digits, or a name."""
    if not is_number(cell):
        return name_of(cell)
    value = Decimal(float(cell))
    digits = value.quantize(Decimal(1).scaleb(value.adjusted() - 2), ROUND_HALF_UP)
    return f"{float(digits):g}"


def rounded(cell: str) -> str:
    """Two decimals."""
    return str(Decimal(float(cell)).quantize(Decimal("0.01"), ROUND_HALF_UP)) if is_number(cell) else name_of(cell)


def signed(cell: str) -> str:
    """Two decimals with a sign, or a name."""
    if not is_number(cell):
        return name_of(cell)
    text = rounded(str(abs(float(cell))))
    return f"{'−' if float(cell) < 0 and float(text) != 0 else '+'}{text}"


def interval(row: dict[str, str], name: str, kind: str, written) -> str:
    low, high = (row[f"{name}_{side}_{kind}"] for side in ("low", "high"))
    if low == "":
        return "–"
    return f"[{written(low)}]" if low == high and not is_number(low) else f"[{written(low)}, {written(high)}]"
