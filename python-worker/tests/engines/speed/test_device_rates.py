"""What a device can do at best."""

import pytest
import torch

from steering_worker.engines.speed import device_rates, median_seconds
from steering_worker.engines.speed.device_rates import memory_bandwidth, square_matmul_rate
from tests.engines.conftest import idle

CPU = torch.device("cpu")


def test_rates_are_of_plausible_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(median_seconds, "SECONDS", 0.01)
    monkeypatch.setattr(device_rates, "ARRAY_BYTES", 1 << 24)
    assert 1e8 < memory_bandwidth(CPU, idle) < 1e14
    assert 1e8 < square_matmul_rate(torch.float32, CPU, idle) < 1e15


def test_little_free_memory_makes_the_arrays_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(median_seconds, "SECONDS", 0.0)
    monkeypatch.setattr(device_rates, "free_bytes", lambda device: 1 << 20)
    sizes: list[int] = []
    ones = torch.ones
    monkeypatch.setattr(torch, "ones", lambda *shape, **kind: sizes.append(shape[0]) or ones(*shape, **kind))
    assert memory_bandwidth(CPU, idle) > 0
    assert sizes == [(1 << 16) // 4] * 3
