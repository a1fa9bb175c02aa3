"""Rounds go on where a contestant fails."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from benchmarks import children
from benchmarks.child_process import Failed, ending
from benchmarks.contestant import GROUPS, Group, Mode
from benchmarks.growth import measure_growth
from benchmarks.measurement import Measurement
from benchmarks.rounds import measure_rounds, modes_of
from benchmarks.shape import BIG, GEMMA_270M, SMALL, Shape
from benchmarks.sweep import make_sweep

BY_NAME = {group.name: group for group in GROUPS}
HF, VLLM, OURS = (BY_NAME[name] for name in ("hf", "vllm", "ours-fp32"))
Breaks = Callable[[Group, str, Mode | None, int], str | None]


class FakeChild:
    """A process that breaks where `breaks` gives a reason; a reason of death ends it."""

    breaks: Breaks = staticmethod(lambda *_: None)
    opened: ClassVar[list[str]] = []
    most_open = 0
    open_now = 0

    def __init__(self, group: Group, *_: Any) -> None:
        if reason := self.breaks(group, "open", None, 0):
            raise Failed(reason)
        self.group, self.alive, self.warmed = group, True, set[Mode]()
        FakeChild.opened.append(group.name)
        FakeChild.open_now += 1
        FakeChild.most_open = max(FakeChild.most_open, FakeChild.open_now)

    def ask(self, do: str, mode: Mode | None = None, strengths: list[float] | None = None, **_: Any) -> dict[str, Any]:
        assert self.alive
        count = len(strengths or [])
        if reason := self.breaks(self.group, do, mode, count):
            self.alive = "killed" not in reason
            raise Failed(reason)
        return (
            {"rows": [[1, 2]]} if do == "greedy" else {"tokens": 48 * count, "wall": count, "cpu": count, "numbers": {}}
        )

    def close(self) -> None:
        FakeChild.open_now -= 1


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "ChildProcess", FakeChild)
    monkeypatch.setattr(FakeChild, "breaks", staticmethod(lambda *_: None))
    FakeChild.opened, FakeChild.most_open, FakeChild.open_now = [], 0, 0


def rounds(
    monkeypatch: pytest.MonkeyPatch, breaks: Breaks, shape: Shape = SMALL, unbuilt: dict[str, str] | None = None
) -> dict[tuple[str, Mode], Measurement]:
    monkeypatch.setattr(FakeChild, "breaks", staticmethod(breaks))
    sweep = make_sweep(shape)
    found = measure_rounds([HF, VLLM, OURS], unbuilt or {}, Path(), sweep, 2, 3, 1, lambda _: None)
    assert FakeChild.open_now == 0
    return {(one.group.name, one.mode): one for one in found}


def test_a_process_that_a_mode_ends_is_opened_again_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = ending(-9)

    def breaks(group: Group, do: str, mode: Mode | None, count: int) -> str | None:
        return reason if group is HF and mode == "strength" and count == 3 else None

    found = rounds(monkeypatch, breaks)
    assert found["hf", "strength"].failed == "its process was killed (signal 9), as happens where memory runs out"
    assert found["hf", "strength"].rate("cpu") is None
    for mode in ("alone", "whole"):
        assert (found["hf", mode].failed, len(found["hf", mode].runs)) == (None, 2)
    assert found["ours-fp32", "whole"].rate("cpu") == 48


def test_a_contestant_that_does_not_open_or_is_not_built_fails_in_every_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    found = rounds(monkeypatch, lambda group, do, *_: "no memory" if (group, do) == (HF, "open") else None)
    assert {found["hf", mode].failed for mode in HF.modes} == {"no memory"}
    assert found["ours-fp32", "whole"].failed is None
    found = rounds(monkeypatch, lambda *_: None, unbuilt={VLLM.environment: "it could not be installed"})
    assert found["vllm", "constant"].failed == "it could not be installed"


@pytest.mark.parametrize("shape", [BIG, GEMMA_270M])
def test_on_larger_models_one_contestant_is_in_memory_at_a_time(monkeypatch: pytest.MonkeyPatch, shape: Shape) -> None:
    found = rounds(monkeypatch, lambda *_: None, shape)
    assert FakeChild.most_open == 1
    assert FakeChild.opened == ["hf", "vllm", "ours-fp32"] * 2
    assert ("vllm", "strength") not in found
    assert all(len(one.runs) == 2 for one in found.values())


def test_modes_of_a_shape() -> None:
    assert modes_of(VLLM, make_sweep(SMALL)) == ("strength", "constant")
    assert modes_of(VLLM, make_sweep(BIG)) == ("constant",)
    assert modes_of(BY_NAME["repeng"], make_sweep(GEMMA_270M)) == ("whole",)
    assert modes_of(HF, make_sweep(GEMMA_270M)) == ("alone", "strength", "whole")


def test_growth_goes_on_without_a_contestant_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        FakeChild, "breaks", staticmethod(lambda group, do, mode, count: "late" if count == 4 else None)
    )
    names = ["hf", "ours-fp32"]
    stopped = measure_growth(Path(), make_sweep(SMALL), (1, 4), 1, 1, names, lambda _: None)
    assert [row["failed"] for row in stopped] == ["late", "late"]
    monkeypatch.setattr(FakeChild, "breaks", staticmethod(lambda group, *_: "no memory" if group is HF else None))
    hf, ours = measure_growth(Path(), make_sweep(SMALL), (1, 4), 1, 1, names, lambda _: None)
    assert (hf["failed"], hf["points"], hf["cpu_per_strength"]) == ("no memory", [], None)
    assert (ours["failed"], ours["cpu_per_strength"]) == (None, 1.0)
