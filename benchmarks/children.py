"""The processes of the contestants on one checkpoint."""

from pathlib import Path
from typing import Self

from benchmarks.child_process import ChildProcess
from benchmarks.contestant import Group
from benchmarks.sweep import Sweep


class Children:
    """One a group, opened when it is needed: also anew where a run has ended it, so that only that run failed."""

    def __init__(self, folder: Path, sweep: Sweep, threads: int) -> None:
        self._folder, self._sweep, self._threads = folder, sweep, threads
        self._open: dict[str, ChildProcess] = {}

    def of(self, group: Group) -> ChildProcess:
        """A living process. Raises `Failed`."""
        child = self._open.get(group.name)
        if child is not None and child.alive:
            return child
        self.close(group)
        self._open[group.name] = ChildProcess(group, self._folder, self._sweep, self._threads)
        return self._open[group.name]

    def close(self, group: Group) -> None:
        """Give its memory back."""
        child = self._open.pop(group.name, None)
        if child is not None:
            child.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._open.values():
            child.close()
