from pathlib import Path

import pytest

from planted_truth.make.folders import planted_models, write_model
from tests.planted_truth.planted_worker import LADDER, Worker


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    truth = planted_models(LADDER, tmp_path)["rung"]
    write_model(tmp_path, truth)
    made = Worker(tmp_path, truth)
    made.load()
    return made
