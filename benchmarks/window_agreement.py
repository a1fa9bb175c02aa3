"""Whether windows of two runs agree within their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

ENDS = ("onset", "collapse", "width")
#: What makes two rows windows of the same thing, but for the layer, which each run chooses itself.
SUBJECT = ("model", "question", "method", "role", "capability", "positions")
#: Names that stand for less than any number; all others stand for more. A width's name is those of its ends by `+`.
BELOW = {
    "onset": {"steered_at_lowest"},
    "collapse": {"collapsed_at_lowest"},
    "width": {"never_steered", "collapsed_at_lowest"},
}

Row = Mapping[str, str]


@dataclass(frozen=True)
class End:
    """An end of a window on the line of numbers and both infinities, which names stand for, with its 95 % interval."""

    said: str
    value: float
    low: float
    high: float


def compare_windows(wide: Sequence[Row], narrow: Sequence[Row]) -> dict[str, Any]:
    """Of the ends of `narrow`'s windows, how many agree with `wide`'s; windows at different layers apart.

    `inside`: the value lies in `wide`'s interval. `overlapping`: the two intervals have something in common.
    """
    others = {(*_subject(row), row["layer"]): row for row in narrow}
    pairs = [(row, others.pop(key)) for row in wide if (key := (*_subject(row), row["layer"])) in others]
    paired = {id(row) for row, _ in pairs}
    moved, missing = _by_subject([row for row in wide if id(row) not in paired], list(others.values()))
    ends = [end for pair in pairs for end in _compared(*pair)]
    numbers = [end for end in ends if end["numbers"]]
    return {
        "windows": len(pairs),
        **_counts(ends),
        "numbers": _counts(numbers),
        "differing": [end for end in ends if not end["inside"]],
        "other_layer": [_moved(*pair) for pair in moved],
        "only_in_one": missing,
    }


def _by_subject(wide: list[Row], narrow: list[Row]) -> tuple[list[tuple[Row, Row]], int]:
    """Windows of one subject at different layers, in order, and how many are left without another."""
    rest: dict[tuple[str, ...], list[Row]] = {}
    for row in narrow:
        rest.setdefault(_subject(row), []).append(row)
    pairs = [(row, found.pop(0)) for row in wide if (found := rest.get(_subject(row)))]
    return pairs, len(wide) + len(narrow) - 2 * len(pairs)


def _compared(wide: Row, narrow: Row) -> list[dict[str, Any]]:
    """Every end that either run has; one that the other run could not estimate does not agree."""
    found = []
    for name in ENDS:
        one, other = _end(wide, name), _end(narrow, name)
        if one is None and other is None:
            continue
        found.append(
            {
                "window": _said(wide),
                "end": name,
                "float32": "not estimated" if one is None else one.said,
                "bfloat16": "not estimated" if other is None else other.said,
                "numbers": _is_number(one) and _is_number(other),
                "inside": _inside(one, other),
                "overlapping": _overlapping(one, other),
            }
        )
    return found


def _inside(one: End | None, other: End | None) -> bool:
    return one is not None and other is not None and one.low <= other.value <= one.high


def _overlapping(one: End | None, other: End | None) -> bool:
    return one is not None and other is not None and max(one.low, other.low) <= min(one.high, other.high)


def _moved(wide: Row, narrow: Row) -> dict[str, Any]:
    ends = _compared(wide, narrow)
    return {
        "window": _said(wide),
        "layers": [wide["layer"], narrow["layer"]],
        "outside": [end["end"] for end in ends if not end["inside"]],
        "apart": [end["end"] for end in ends if not end["overlapping"]],
    }


def _counts(ends: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {
        "ends": len(ends),
        "inside": sum(end["inside"] for end in ends),
        "overlapping": sum(end["overlapping"] for end in ends),
    }


def _subject(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in SUBJECT)


def _said(row: Row) -> str:
    return f"{row['model']}, {row['question']}, {row['method']}"


def _end(row: Row, name: str) -> End | None:
    """None where nothing was estimated. An interval without a bound is open on that side."""
    said = row[name] or row[f"{name}_name"]
    if not said:
        return None
    low, high = row[f"{name}_low_these"], row[f"{name}_high_these"]
    shown = f"{_short(said)} ({_short(low)} to {_short(high)})"
    return End(shown, _place(said, name), _place(low, name) if low else -inf, _place(high, name) if high else inf)


def _place(text: str, end: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -inf if BELOW[end] & set(text.split("+")) else inf


def _is_number(end: End | None) -> bool:
    return end is not None and abs(end.value) != inf


def _short(text: str) -> str:
    try:
        return f"{float(text):.3g}"
    except ValueError:
        return text.replace("_", " ").replace("+", ", ") or "open"
