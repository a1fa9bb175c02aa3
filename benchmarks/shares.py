"""How much of the machine's matrix multiplication decoding uses."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from benchmarks.measurement import Measurement
from benchmarks.shape import Shape, flops_per_token

DTYPES = {"fp32": "matmul-fp32", "bf16": "matmul-bf16"}


def matmul_shares(shape: Shape, measured: Sequence[Measurement]) -> list[dict[str, Any]]:
    """For each of our engines: operations a second in decoding, over those of `torch.mm` in the same rounds."""
    by_name = {one.group.name: one for one in measured}
    shares = []
    for one in measured:
        dtype = "bf16" if one.group.name.endswith("bf16") else "fp32"
        rates = by_name.get(DTYPES[dtype])
        if one.group.module != "ours" or not _measured(one) or rates is None or not _measured(rates):
            continue
        pairs = list(zip(one.runs, rates.runs, strict=False))
        decoding = [flops_per_token(shape.config) * decode_rate(run["numbers"]) for run, _ in pairs]
        shares.append(
            {
                "group": one.group.name,
                "label": one.group.label,
                "flops_per_second": median(decoding),
                "decode_flops": median(rate["numbers"]["decode_flops"] for _, rate in pairs),
                "square_flops": median(rate["numbers"]["square_flops"] for _, rate in pairs),
                "share_of_decode": _median_ratio(decoding, [rate["numbers"]["decode_flops"] for _, rate in pairs]),
                "share_of_square": _median_ratio(decoding, [rate["numbers"]["square_flops"] for _, rate in pairs]),
                "prefill_seconds": one.number("prefill_seconds"),
                "decode_seconds": one.number("decode_seconds"),
            }
        )
    return shares


def _measured(one: Measurement) -> bool:
    return one.failed is None and bool(one.runs)


def decode_rate(numbers: dict[str, float]) -> float:
    """Decoded tokens a second."""
    return numbers["decode_tokens"] / max(numbers["decode_seconds"], 1e-9)


def _median_ratio(above: Sequence[float], below: Sequence[float]) -> float:
    return median(one / other for one, other in zip(above, below, strict=True))
