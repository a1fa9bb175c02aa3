"""A contestant's process as the driver holds it."""

import json
import os
import select
import subprocess
from pathlib import Path
from typing import Any, Self

from benchmarks.contestant import Group, Mode
from benchmarks.environments import PROJECT, interpreter
from benchmarks.paths import ROOT, WORK
from benchmarks.sweep import Sweep

PATIENCE = 1800.0


class Failed(Exception):
    """A contestant that cannot be measured, with the reason in one sentence."""


class ChildProcess:
    """Opened on a checkpoint; obeys one command at a time. `warmed`: the modes that it has run once."""

    def __init__(self, group: Group, folder: Path, sweep: Sweep, threads: int) -> None:
        self.warmed: set[Mode] = set()
        logs = WORK / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        self._log = (logs / f"{group.name}-{sweep.shape.name}.log").open("a")
        self._process = subprocess.Popen(
            [interpreter(group.environment), "-m", "benchmarks.child"],
            cwd=ROOT,
            env=child_environment(group.environment, threads),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        try:
            self.ask(
                "open",
                shape=sweep.shape.name,
                tokens=sweep.tokens,
                module=group.module,
                variant=group.variant,
                folder=str(folder),
                threads=threads,
            )
        except Failed:
            self.close()
            raise

    def ask(self, do: str, **details: Any) -> dict[str, Any]:
        """The answer to a command. Raises `Failed`."""
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps({"do": do, **details}) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise Failed("its process has ended") from error
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE)
        if not ready:
            self._process.kill()
            raise Failed(f"it did not answer within {PATIENCE:.0f} s")
        line = self._process.stdout.readline()
        if not line:
            raise Failed(ending(self._process.wait()))
        answer: dict[str, Any] = json.loads(line)
        if "failed" in answer:
            raise Failed(answer["failed"])
        return answer

    @property
    def alive(self) -> bool:
        """False once the process has ended by itself."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the process; it ends by itself when its input does."""
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.close()
            self._process.wait(20)
        except (OSError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def ending(code: int) -> str:
    """How a process ended, in words."""
    if code < 0:
        return f"its process was killed (signal {-code}), as happens where memory runs out"
    return f"its process ended with exit code {code}"


def child_environment(environment: str, threads: int) -> dict[str, str]:
    """The variables of a process in an environment."""
    places = [str(ROOT), *([str(ROOT / "python-worker")] if environment == PROJECT else [])]
    counts = {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    return {
        **os.environ,
        **counts,
        "PYTHONPATH": os.pathsep.join(places),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
