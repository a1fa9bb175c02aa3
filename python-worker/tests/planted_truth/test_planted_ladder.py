import json
import subprocess
import sys
from pathlib import Path

import pytest

from planted_truth.curves import Curve
from planted_truth.make.folders import planted_models
from planted_truth.make.ladder import Ladder, LadderError, read_ladder
from planted_truth.make.truths import truth_rows

ROOT = Path(__file__).parents[2]
TWO_RUNGS = ROOT.parent / "tests" / "fixtures" / "planted" / "two-rungs" / "ladder.yaml"


def test_a_curve_is_at_a_half_at_its_threshold_and_its_octaves_reach_from_05_to_95() -> None:
    curve = Curve(threshold=0.8, octaves=1.5)
    assert curve.at(0.8) == 0.5
    assert curve.at(0.8 * 2**0.75) == pytest.approx(0.95)
    assert curve.at(0.8 * 2**-0.75) == pytest.approx(0.05)
    assert curve.at(1.6, shift=1) == 0.5
    assert curve.at(0) == 0 == Curve(threshold=None, octaves=1).at(1e9)


@pytest.mark.parametrize("onset", [0.3, 1.0, 2.0])
@pytest.mark.parametrize("collapse", [0.5, 1.3])
@pytest.mark.parametrize("task_octaves", [0.0, 0.4])
def test_curves_cross_their_levels_where_the_ladder_says(onset: float, collapse: float, task_octaves: float) -> None:
    rung = {
        "name": "r",
        "parameters": 10**6,
        "onset": onset,
        "collapse": collapse,
        "random_collapse": 2 * collapse,
        "onset_offset": -0.4,
        "task_octaves": task_octaves,
    }
    ladder = Ladder.model_validate({"questions": ["caracara"], "capabilities": ["python-basics"], "rungs": [rung]})
    truth = planted_models(ladder, ROOT)["r"]
    best = next(row for row in truth_rows("r", truth) if row["layer"] == 3)
    assert best["onset"] == pytest.approx(onset, rel=1e-4)
    assert best["collapse"] == pytest.approx(collapse, rel=1e-4)
    assert best["specificity"] == pytest.approx(-1, abs=1e-3)
    assert best["predicted_onset"] == pytest.approx(onset * 2**-0.4)
    assert truth.parameters == pytest.approx(10**6, rel=1e-3)


def test_the_best_layer_has_the_widest_window() -> None:
    rows = truth_rows("wide", planted_models(read_ladder(TWO_RUNGS), TWO_RUNGS.parent)["wide"])
    widths = [row["width"] for row in rows if row["question"] == "caracara"]
    assert widths == sorted(widths) and widths[-1] == pytest.approx(1.485, abs=1e-3)


def test_the_command_writes_folders_and_what_should_be_found(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "planted_truth.make", str(TWO_RUNGS), "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    assert {path.name for path in tmp_path.iterdir()} == {"narrow", "wide", "truth.json"}
    assert json.loads((tmp_path / "narrow" / "config.json").read_text())["model_type"] == "gemma3_text"
    rows = json.loads((tmp_path / "truth.json").read_text())
    assert [row["onset"] for row in rows if row["question"] == "mercury" and row["model"] == "narrow"] == [None] * 4


def test_a_ladder_that_cannot_be_read_is_named_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "ladder.yaml"
    path.write_text("questions: [caracara]\ncapabilities: [python-five]\nrungs: [{name: a, parameters: 9, onse: 1}]\n")
    with pytest.raises(LadderError, match=r"rungs\.0\.onse"):
        read_ladder(path)
    with pytest.raises(LadderError, match="no file albatross"):
        planted_models(
            Ladder.model_validate(
                {"questions": ["albatross"], "capabilities": ["python-five"], "rungs": [{"name": "a", "parameters": 9}]}
            ),
            tmp_path,
        )
