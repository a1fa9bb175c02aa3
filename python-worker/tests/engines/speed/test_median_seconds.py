"""How long a piece of work takes."""

import time

import pytest
import torch

from steering_worker.engines.speed import median_seconds as module
from steering_worker.engines.speed.median_seconds import REPETITIONS, median_seconds
from steering_worker.progress import Cancelled

CPU = torch.device("cpu")


def test_one_slow_round_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS", 0.0)
    naps = iter([0.0, 0.0, 0.01, 0.01, 0.2, 0.01, 0.01])
    told: list[None] = []
    found = median_seconds(lambda: time.sleep(next(naps)), CPU, lambda: told.append(None))
    assert 0.01 <= found < 0.1
    assert len(told) == REPETITIONS


def test_a_cancelled_measurement_ends() -> None:
    def cancelled() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        median_seconds(lambda: None, CPU, cancelled)
