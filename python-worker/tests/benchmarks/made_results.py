"""Results as the benchmarks write them, small and made up."""

from typing import Any

MACHINE = {"cpu": "a processor", "cores": 2, "instructions": [], "threads": 1}


def contestant(group: str, mode: str, rate: float | None, failed: str | None = None, **others: Any) -> dict[str, Any]:
    """A row of a sweep."""
    rates = {"tokens_per_second": rate, "tokens_per_cpu_second": rate}
    peer = not group.startswith("ours")
    row = {"group": group, "label": group, "mode": mode, "peer": peer, "failed": failed, "agreement": 1.0}
    return {**row, **rates, **others}


def matmul(group: str, share: float, flops: float = 1e9) -> dict[str, Any]:
    """A row of an engine beside `torch.mm`."""
    return {
        **{"group": group, "label": group, "flops_per_second": share * flops, "decode_flops": flops},
        **{"square_flops": flops, "share_of_decode": share, "share_of_square": share},
        **{"prefill_seconds": 0.1, "decode_seconds": 0.9},
    }


def shape(
    *contestants: dict[str, Any], vocabulary: int = 16, products: tuple[dict[str, Any], ...] = ()
) -> dict[str, Any]:
    """A sweep's results."""
    numbers = {"hidden": 8, "layers": 2, "rows": 4, "strengths": 1, "tokens": 3, "rounds": 1}
    return {**numbers, "vocabulary": vocabulary, "contestants": list(contestants), "matmul": list(products)}


def run(wall: float, share: float) -> dict[str, Any]:
    """A whole experiment of which this share is orchestration."""
    seconds = {"wall": wall - 1, "generation": 50.0, "sandbox": 2.0, "start": 3.0, "orchestration": share * wall}
    busy = {"generate": 60.0, "load": 9.0}
    return {"wall": wall, "cpu": 2 * wall, "speed": _speed(seconds, share, busy)}


def _speed(seconds: dict[str, float], share: float, busy: dict[str, float]) -> dict[str, Any]:
    return {"seconds": seconds, "orchestration_share": share, "worker_seconds": busy, "models": {}}


def profiled(label: str, *operations: tuple[str, float]) -> dict[str, Any]:
    """Shares of an engine's operations."""
    return {"label": label, "failed": None, "operations": [list(one) for one in operations]}
