"""What the benchmarks make of their measurements."""

from typing import Any

import pytest
from benchmarks.growth import slope
from benchmarks.measurement import agreement
from benchmarks.options import parse_options
from benchmarks.page import render_page


def contestant(group: str, mode: str, rate: float | None, failed: str | None = None) -> dict[str, Any]:
    rates = {"tokens_per_second": rate, "tokens_per_cpu_second": rate}
    return {"group": group, "label": group, "mode": mode, "peer": group != "ours-fp32", "failed": failed, **rates}


def test_the_page_holds_tools_against_the_best_peer_and_names_those_that_failed() -> None:
    shape = {
        **{"hidden": 8, "layers": 2, "vocabulary": 16, "rows": 4, "strengths": 1, "tokens": 3, "rounds": 1},
        "contestants": [
            contestant("hf", "alone", 10.0),
            contestant("hf", "whole", 100.0),
            contestant("ours-fp32", "whole", 250.0),
            contestant("vllm", "whole", None, "it could not be installed"),
        ],
        "matmul": [],
    }
    machine = {"cpu": "a processor", "cores": 2, "instructions": [], "threads": 1}
    page = render_page({"machine": machine, "shapes": {"small": shape}, "environments": {}})
    assert "| ours-fp32 | whole | 250 | 250 | 25.0 | 2.5 |" in page
    assert "vllm (whole): it could not be installed" in page
    assert page.index("ours-fp32") < page.index("| hf |")


def test_one_more_strength_costs_the_slope_of_the_line() -> None:
    points = [{"strengths": float(n), "cpu": 0.5 + 0.25 * n} for n in (1, 2, 4, 8)]
    assert slope(points) == pytest.approx(0.25)
    assert slope(points[:1]) is None


def test_agreement_counts_tokens_up_to_the_first_that_differs() -> None:
    assert agreement([[1, 2, 3], [1, 9, 3]], [[1, 2, 3], [1, 2, 3]]) == pytest.approx(4 / 6)
    assert agreement(None, [[1]]) is None


def test_an_unknown_contestant_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(["--only", "nobody"])
    assert "`nobody` is not one of" in capsys.readouterr().err
