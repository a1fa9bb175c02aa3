"""The counter of waits counts what waits, and nothing else."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from tests.engines.waits import Waits


@pytest.mark.parametrize(
    "wait",
    [
        lambda values: values[0].item(),
        lambda values: values.tolist(),
        lambda values: values.numpy(),
        lambda values: values.cpu(),
        lambda values: values.to("cpu"),
        lambda values: values.to(device=torch.device("cpu"), dtype=torch.float32),
        lambda values: bool((values > 1).any()),
        lambda values: int(values[1]),
        lambda values: range(values[1]),
        lambda values: f"{values[1]}",
        lambda values: 3 in values,
        lambda values: values[values > 1],
        lambda values: values.masked_fill_(values > 1, 0).nonzero(),
        lambda values: values[[0, 1]],
        lambda values: torch.tensor([1, 2]),
        lambda values: torch.equal(values, values),
        lambda values: values.unique(),
    ],
)
def test_the_counter_sees_what_waits_and_counts_it_once(wait: Callable[[Tensor], object]) -> None:
    values = torch.arange(4)
    with Waits(torch.device("cpu")).counting() as waits:
        values.to(waits.device)
        values.to(torch.float32).sum()
        assert waits.counts == {}
        wait(values)
    assert sum(waits.of().values()) == 1
