"""When windows in two dtypes agree."""

from typing import Any

from benchmarks.window_agreement import compare_windows
from benchmarks.windows_page import render_windows

NARROW = ("0.5", "0.4", "0.6")


def window(
    onset: tuple[str, str, str] = NARROW, layer: str = "4", **others: tuple[str, str, str] | str
) -> dict[str, str]:
    """A row of windows.csv; an end is its value or name, and the bounds of its interval."""
    ends = {"onset": onset, "collapse": ("2", "1.5", "2.5"), "width": ("2", "1.5", "2.5")}
    row = {"model": "m", "question": "q", "method": "caa", "role": "method", "capability": "c", "positions": "all"}
    row["layer"] = layer
    for name, value in others.items():
        if isinstance(value, tuple):
            ends[name] = value
        else:
            row[name] = value
    for name, (said, low, high) in ends.items():
        number = said.replace(".", "").isdigit()
        row |= {name: said if number else "", f"{name}_name": "" if number else said}
        row |= {f"{name}_low_these": low, f"{name}_high_these": high}
    return row


def onsets(wide: tuple[str, str, str], narrow: tuple[str, str, str]) -> tuple[int, int]:
    """Whether the onset is inside, and whether the intervals overlap; the other two ends are the same."""
    found = compare_windows([window(wide)], [window(narrow)])
    assert found["ends"] == 3
    return found["inside"] - 2, found["overlapping"] - 2


def test_a_number_inside_the_interval_agrees_by_both_counts() -> None:
    assert onsets(NARROW, ("0.55", "0.45", "0.7")) == (1, 1)


def test_a_number_outside_agrees_only_where_the_intervals_overlap() -> None:
    assert onsets(NARROW, ("0.7", "0.55", "0.8")) == (0, 1)
    assert onsets(NARROW, ("0.8", "0.7", "0.9")) == (0, 0)


def test_a_name_against_a_number_disagrees_unless_the_interval_is_open_on_that_side() -> None:
    never = ("never_steered", "0.7", "never_steered")
    assert onsets(NARROW, never) == (0, 0)
    assert onsets(never, NARROW) == (0, 0)
    assert onsets(("0.5", "0.4", "never_steered"), never) == (1, 1)
    assert onsets(("0.5", "0.4", ""), never) == (1, 1)
    assert onsets(("0.5", "steered_at_lowest", "0.6"), never) == (0, 0)
    assert onsets(never, ("0.8", "0.75", "0.9")) == (1, 1)


def test_the_same_name_twice_agrees_and_opposite_names_do_not() -> None:
    never = ("never_steered", "never_steered", "never_steered")
    assert onsets(never, never) == (1, 1)
    assert onsets(never, ("steered_at_lowest", "steered_at_lowest", "0.5")) == (0, 0)


def test_a_width_that_is_shut_lies_below_numbers() -> None:
    shut = ("never_steered", "never_steered", "1.6")
    found = compare_windows([window(width=shut)], [window(width=("1.5", "1.4", "1.7"))])
    assert (found["inside"], found["overlapping"]) == (3, 3)
    found = compare_windows([window(width=shut)], [window(width=("1.9", "1.8", "2"))])
    assert (found["inside"], found["overlapping"]) == (2, 2)


def test_an_end_that_only_one_run_estimated_disagrees_and_one_that_neither_did_is_left_out() -> None:
    nothing = ("", "", "")
    assert onsets(NARROW, nothing) == (0, 0)
    assert compare_windows([window(nothing)], [window(nothing)])["ends"] == 2


def test_ends_that_are_numbers_in_both_are_counted_apart() -> None:
    never = ("never_steered", "0.7", "never_steered")
    found = compare_windows([window(never)], [window(never)])
    assert found["numbers"] == {"ends": 2, "inside": 2, "overlapping": 2}


def test_windows_at_other_layers_are_not_counted_but_named_with_the_ends_that_differ() -> None:
    others = [window(("0.7", "0.55", "0.8"), layer="5"), window(question="another")]
    found = compare_windows([window()], others)
    assert (found["windows"], found["ends"], found["only_in_one"]) == (0, 0, 1)
    assert found["other_layer"] == [
        {"window": "m, q, caa", "layers": ["4", "5"], "outside": ["onset"], "apart": []},
    ]


def test_the_page_says_which_ends_differ_and_which_count_the_aim_is_about() -> None:
    wide = [window(), window(question="r")]
    narrow = [window(("0.7", "0.55", "0.8")), window(question="r", layer="5")]
    page = render_windows({"failed": None, **compare_windows(wide, narrow)})
    assert "3 (100 %) have overlapping 95 % intervals (these items); of 2 (67 %) bfloat16's value lies inside" in page
    assert "| m, q, caa | onset | 0.5 (0.4 to 0.6) | 0.7 (0.55 to 0.8) | yes |" in page
    assert "| m, r, caa | 4 | 5 | none | none |" in page
    assert "about 83 %" in page


def test_a_failed_run_is_on_the_page_with_its_reason() -> None:
    failed: dict[str, Any] = {"failed": "`experiment` in bfloat16 ended with exit code 1"}
    assert "Not measured: `experiment` in bfloat16 ended with exit code 1." in render_windows(failed)
    assert render_windows(None) == ""
