"""The rounds of a shape: every contestant once, in turn, so that what else the machine does falls on all alike."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.child_process import Failed
from benchmarks.children import Children
from benchmarks.contestant import Group, Mode
from benchmarks.measurement import Measurement, agreement
from benchmarks.sweep import LARGEST, Sweep, strengths

Log = Callable[[str], None]
GREEDY_TOKENS = 16


def measure_rounds(
    groups: Sequence[Group],
    unbuilt: Mapping[str, str],
    folder: Path,
    sweep: Sweep,
    rounds: int,
    count: int,
    threads: int,
    log: Log,
) -> list[Measurement]:
    """Every group in its modes, `rounds` times, at `count` strengths; `unbuilt` environments come out failed."""
    measured = [Measurement(group, mode) for group in groups for mode in modes_of(group, sweep)]
    for one in measured:
        one.failed = unbuilt.get(one.group.environment)
    knob, greedy = strengths(count), dict[str, Any]()
    with Children(folder, sweep, threads) as children:
        for number in range(rounds):
            for group, mine in _by_group(measured):
                if all(one.failed is not None for one in mine):
                    continue
                log(f"{sweep.shape.name}, round {number + 1} of {rounds}: {group.label}")
                if group.name not in greedy:
                    greedy[group.name] = _greedy(children, mine)
                for one in mine:
                    _repeat(children, one, knob)
                if not sweep.shape.resident:
                    children.close(group)
    for one in measured:
        one.agreement = agreement(greedy.get(one.group.name), greedy.get("hf"))
    return measured


def modes_of(group: Group, sweep: Sweep) -> tuple[Mode, ...]:
    """The modes of a group on a shape; on larger shapes only Hugging Face also goes strength by strength."""
    if not sweep.shape.whole_only or group.name == "hf":
        return group.modes
    return tuple(mode for mode in group.modes if mode in ("whole", "constant"))


def _by_group(measured: Sequence[Measurement]) -> Iterator[tuple[Group, list[Measurement]]]:
    for group in dict.fromkeys(one.group for one in measured):
        yield group, [one for one in measured if one.group is group]


def _greedy(children: Children, mine: Sequence[Measurement]) -> list[list[int]] | None:
    try:
        child = children.of(mine[0].group)
        rows: list[list[int]] | None = child.ask("greedy", strength=LARGEST, tokens=GREEDY_TOKENS)["rows"]
    except Failed as error:
        for one in mine:
            one.failed = str(error)
        return None
    return rows


def _repeat(children: Children, one: Measurement, knob: Sequence[float]) -> None:
    if one.failed is not None:
        return
    try:
        child = children.of(one.group)
        if one.mode not in child.warmed:
            # A short run first: what a library sets up at its first call is no part of the sweep.
            child.ask("run", mode=one.mode, strengths=list(knob[:1]))
            child.warmed.add(one.mode)
        one.runs.append(child.ask("run", mode=one.mode, strengths=list(knob)))
    except Failed as error:
        one.failed = str(error)
