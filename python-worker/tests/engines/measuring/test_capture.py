"""Captured residuals cost no more than the blocks that they are read after."""

import pytest
import torch

from tests.engines.conftest import Pair, idle, prompt


@pytest.mark.parametrize("layers", [[0], [1], [0, 2], [2, 0], [1, 1]])
def test_blocks_above_the_highest_layer_are_not_run_and_none_runs_twice(
    text: Pair, monkeypatch: pytest.MonkeyPatch, layers: list[int]
) -> None:
    prompts = [prompt(5 + n, n) for n in range(3)]
    everything = text.engine.residuals(prompts, range(text.loaded.layers), idle)
    run: list[int] = []
    layered = text.engine._layered
    original = layered.blocks

    def counted(resid, placed, first, stop, *last):
        run.extend(range(first, stop))
        return original(resid, placed, first, stop, *last)

    monkeypatch.setattr(layered, "blocks", counted)
    found = text.engine.residuals(prompts, layers, idle)
    assert run == list(range(max(layers) + 1))
    for whole, some in zip(everything, found, strict=True):
        assert torch.equal(some, whole[:, layers])
