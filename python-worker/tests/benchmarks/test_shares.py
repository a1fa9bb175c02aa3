"""How much of the machine's matrix multiplication decoding uses."""

from typing import Any

import pytest
from benchmarks.contestant import GROUPS, MATMUL, Group
from benchmarks.measurement import Measurement
from benchmarks.shape import SMALL, flops_per_token
from benchmarks.shares import matmul_shares

BY_NAME = {group.name: group for group in (*GROUPS, *MATMUL)}
FLOPS = flops_per_token(SMALL.config)


def measured(group: Group, *numbers: dict[str, float], failed: str | None = None) -> Measurement:
    runs: list[dict[str, Any]] = [{"tokens": 1, "wall": 1.0, "cpu": 1.0, "numbers": one} for one in numbers]
    return Measurement(group, "whole", list(runs), failed=failed)


def decoding(tokens: float) -> dict[str, float]:
    return {"decode_tokens": tokens, "decode_seconds": 2.0, "prefill_seconds": 0.5, "prefill_tokens": 1.0}


def products(tokens: float) -> dict[str, float]:
    """The rate of products at this many tokens a second."""
    return {"decode_flops": FLOPS * tokens, "square_flops": 2 * FLOPS * tokens}


def test_shares_are_medians_of_the_rounds_own_ratios() -> None:
    ours = measured(BY_NAME["ours-fp32"], decoding(100), decoding(120), decoding(50))
    torch = measured(BY_NAME["matmul-fp32"], products(100), products(100), products(50))
    (found,) = matmul_shares(SMALL, [ours, torch])
    assert found["share_of_decode"] == pytest.approx(0.5)
    assert found["share_of_square"] == pytest.approx(0.25)
    assert found["flops_per_second"] == pytest.approx(50 * FLOPS)
    assert (found["group"], found["decode_seconds"]) == ("ours-fp32", 2.0)


def test_bf16_is_held_against_products_in_bf16_and_peers_against_none() -> None:
    rows = [
        measured(BY_NAME["hf"], {}),
        measured(BY_NAME["ours-bf16"], decoding(100)),
        measured(BY_NAME["matmul-fp32"], products(100)),
        measured(BY_NAME["matmul-bf16"], products(200)),
    ]
    (found,) = matmul_shares(SMALL, rows)
    assert found["group"] == "ours-bf16"
    assert found["share_of_decode"] == pytest.approx(0.25)


def test_what_failed_has_no_share() -> None:
    whole = [measured(BY_NAME["ours-fp32"], decoding(100)), measured(BY_NAME["matmul-fp32"], products(100))]
    for place, one in enumerate(whole):
        rows = list(whole)
        rows[place] = measured(one.group, *[run["numbers"] for run in one.runs], failed="it was killed")
        assert matmul_shares(SMALL, rows) == []
    assert matmul_shares(SMALL, [measured(BY_NAME["ours-fp32"]), whole[1]]) == []
