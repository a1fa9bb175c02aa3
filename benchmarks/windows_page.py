"""The page's section on windows in bfloat16."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.tables import share, table

HEAD = "## Windows in bfloat16"
#: Of two values with independent normal errors of equal size: both within 1.96 of each other's, and of the difference.
EXPECTED = (
    "Two runs of one dtype with independent samples would have about 83 % of their values inside each other's 95 % "
    "interval, and about 99 % of their intervals overlapping (normal errors of equal size)."
)


def render_windows(dtypes: Mapping[str, Any] | None) -> str:
    """How many ends agree by either count, which do not, and the windows that the runs have at different layers."""
    if dtypes is None:
        return ""
    if dtypes["failed"] is not None:
        return f"{HEAD}\n\nNot measured: {dtypes['failed']}."
    return "\n\n".join([HEAD, _said(dtypes), EXPECTED, *_differing(dtypes["differing"]), *_other_layers(dtypes)])


def _said(dtypes: Mapping[str, Any]) -> str:
    numbers = dtypes["numbers"]
    return (
        f"The default experiment in bfloat16 and in float32: {dtypes['windows']} windows that both runs have, with "
        f"{dtypes['ends']} ends (onset, collapse, width). {_counted(dtypes)}. The first count is the one that the aim "
        "is about. A name (never steered, never collapsed) lies beyond all numbers, so that a number agrees with it "
        "only where an interval is open on that side; the same name twice agrees. "
        f"Of the {numbers['ends']} ends that are numbers in both: {_counted(numbers)}."
    )


def _counted(counts: Mapping[str, Any]) -> str:
    ends = counts["ends"] or 1
    return (
        f"{counts['overlapping']} ({share(counts['overlapping'] / ends)}) have overlapping 95 % intervals (these "
        f"items); of {counts['inside']} ({share(counts['inside'] / ends)}) bfloat16's value lies inside float32's "
        "interval, which is stricter"
    )


def _differing(ends: Sequence[Mapping[str, Any]]) -> list[str]:
    if not ends:
        return []
    lines = [
        [end["window"], end["end"], end["float32"], end["bfloat16"], "yes" if end["overlapping"] else "no"]
        for end in ends
    ]
    head = ["outside float32's interval", "end", "float32", "bfloat16", "intervals overlap"]
    return [table(head, lines)]


def _other_layers(dtypes: Mapping[str, Any]) -> list[str]:
    moved, left = dtypes["other_layer"], dtypes["only_in_one"]
    parts = []
    if moved:
        lines = [
            [one["window"], *one["layers"], ", ".join(one["outside"]) or "none", ", ".join(one["apart"]) or "none"]
            for one in moved
        ]
        head = ["window", "layer in float32", "in bfloat16", "outside float32's interval", "intervals apart"]
        said = "The runs chose different layers for these windows, which the counts leave out:"
        parts += [said, table(head, lines)]
    if left:
        parts.append(f"{left} windows have no other in the other run.")
    return parts
