"""What the aims say of the results."""

from typing import Any

from benchmarks.aims import Aim, aims_of
from made_results import contestant, matmul, run, shape


def found(results: dict[str, Any]) -> dict[str, Aim]:
    return {aim.about: aim for aim in aims_of(results)}


def test_a_verdict_is_about_the_bounds_from_the_right_side() -> None:
    more = [Aim("a", "a", 2.0, 3.0, value).verdict for value in (1.99, 2.0, 2.99, 3.0)]
    assert more == ["missed", "kept", "kept", "aim reached"]
    less = [Aim("a", "a", 0.2, 0.1, value, at_most=True).verdict for value in (0.21, 0.2, 0.1)]
    assert less == ["missed", "kept", "aim reached"]
    assert Aim("a", "a", 2.0, 3.0, None).verdict == ""


def test_a_measured_zero_is_measured() -> None:
    assert Aim("a", "a", 0.05, 0.05, 0.0, "%", at_most=True).row() == ["a", "5 %", "5 %", "0 %", "aim reached"]
    assert Aim("a", "a", 2.0, 3.0, 0.0).row() == ["a", "2.00", "3.00", "0.00", "missed"]


def test_nothing_measured_leaves_every_aim_open() -> None:
    assert all(aim.row()[3:] == ["not measured", ""] for aim in aims_of({}))


def test_the_best_peer_is_the_fastest_that_was_measured_in_any_mode() -> None:
    rows = [
        contestant("hf", "whole", 100.0),
        contestant("vllm", "constant", 120.0),
        contestant("repeng", "whole", None, "it could not be installed"),
        contestant("ours-reference", "whole", 200.0),
        contestant("ours-fp32", "whole", 300.0),
        contestant("ours-bf16", "whole", None, "no bf16"),
    ]
    aims = found({"shapes": {"small": shape(*rows, products=(matmul("ours-fp32", 0.7),))}})
    assert aims["peer"].measured == 2.5
    assert aims["decode"].measured == 0.7
    assert aims["bf16"].measured is None


def test_the_default_experiment_is_held_to_a_hundred_seconds_by_its_median() -> None:
    runs = [run(90.0, 0.04), run(130.0, 0.06), run(99.0, 0.03)]
    aims = found({"end_to_end": {"failed": None, "runs": runs}})
    assert aims["wall"].row() == ["the default experiment, wall", "100 s", "100 s", "99 s", "aim reached"]
    assert (aims["orchestration"].measured, aims["orchestration"].verdict) == (0.04, "aim reached")
    slow = found({"end_to_end": {"failed": None, "runs": [run(101.0, 0.06)]}})
    assert (slow["wall"].verdict, slow["orchestration"].verdict) == ("missed", "missed")


def test_windows_are_held_to_overlapping_intervals_with_the_stricter_count_beside() -> None:
    counts = {"failed": None, "ends": 20, "overlapping": 19, "inside": 16}
    aim = found({"dtypes": counts})["windows"]
    assert aim.row()[1:] == ["95 %", "95 %", "95 % (value inside it: 80 %)", "aim reached"]
    assert found({"dtypes": {**counts, "overlapping": 18}})["windows"].verdict == "missed"
    assert found({"dtypes": {"failed": "exit code 1"}})["windows"].measured is None


def test_a_contestant_that_failed_in_growth_leaves_that_aim_open() -> None:
    hf = {"group": "hf", "label": "HF", "failed": "no answer", "points": []}
    ours = {"group": "ours-fp32", "label": "ours", "failed": None, "points": [], "cpu_per_strength": 0.1}
    assert found({"growth": {"contestants": [hf, ours]}})["growth"].measured is None
    whole = {**hf, "failed": None, "cpu_per_strength": 0.5}
    assert found({"growth": {"contestants": [whole, ours]}})["growth"].measured == 0.2


def test_planned_memory_is_held_to_the_peak_from_both_sides() -> None:
    one = {"failed": None, "shape": "270m", "dtype": "float32", "peak_bytes": 100}
    for planned, verdict in ((90, "aim reached"), (110, "aim reached"), (80, "missed"), (120, "missed")):
        assert found({"memory": [{**one, "planned_bytes": planned}]})["memory"].verdict == verdict
