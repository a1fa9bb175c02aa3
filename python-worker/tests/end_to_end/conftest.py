"""The smallest experiment, run once through the real command."""

import os
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results folder of tests/fixtures/experiments/tiny.yaml."""
    folder = tmp_path_factory.mktemp("tiny") / "run"
    done = subprocess.run(
        [
            "node",
            "scripts/steering-window.mjs",
            "experiment",
            "tests/fixtures/experiments/tiny.yaml",
            "--out",
            str(folder),
        ],
        cwd=REPOSITORY,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"The tiny experiment ended with exit status {done.returncode}:\n{done.stdout}{done.stderr}")
    return folder
