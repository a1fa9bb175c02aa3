"""What the time goes into where an aim is not reached."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from benchmarks.aims import Aim
from benchmarks.operations import shares_by_kind
from benchmarks.tables import number, share


def explain_unreached(aims: Sequence[Aim], results: dict[str, Any]) -> list[str]:
    """A paragraph of the results' own numbers for each aim that was measured and is not reached."""
    unreached = {aim.about for aim in aims if aim.verdict in ("kept", "missed")}
    explanations = (
        ({"peer", "decode"}, "fp32", _decoding),
        ({"bf16"}, "bf16", _bf16),
        ({"growth"}, "One more strength", _growth),
        ({"wall", "orchestration"}, "The default experiment", _stages),
    )
    return [f"*{title}.* {explain(results)}" for about, title, explain in explanations if about & unreached]


def _decoding(results: dict[str, Any]) -> str:
    shapes = {name: _matmul(shape, "ours-fp32") for name, shape in results["shapes"].items()}
    known = {name: row for name, row in shapes.items() if row is not None}
    rates = [f"{share(row['share_of_decode'])} on `{name}`" for name, row in known.items()]
    small = known.get("small")
    took = ""
    if small is not None:
        took = (
            f" Of a sweep on `small`, {number(small['prefill_seconds'])} s go into prompts and "
            f"{number(small['decode_seconds'])} s into decoding."
        )
    reached = f"Decoding reaches of `torch.mm`'s rate {', '.join(rates)}." if rates else ""
    return f"{reached}{took} {_profiled(results, 'ours-fp32')}".strip()


def _bf16(results: dict[str, Any]) -> str:
    small = results["shapes"]["small"]
    fp32, bf16 = _matmul(small, "ours-fp32"), _matmul(small, "ours-bf16")
    limit = ""
    if fp32 is not None and bf16 is not None:
        products, decoding = (bf16[key] / fp32[key] for key in ("decode_flops", "flops_per_second"))
        limit = f"`torch.mm` is {products:.2f} times as fast in bf16 on these matrices, decoding {decoding:.2f} times. "
    return f"{limit}{_profiled(results, 'ours-bf16', beside='ours-fp32')}"


def _growth(results: dict[str, Any]) -> str:
    rows = [row for row in results["growth"]["contestants"] if row["failed"] is None]
    costs = [f"{row['label']} {number(row['cpu_per_strength'])} s" for row in rows]
    return f"CPU seconds of one more strength: {', '.join(costs)}. {_profiled(results, 'ours-fp32')}"


def _profiled(results: dict[str, Any], group: str, beside: str | None = None) -> str:
    """Shares by kind of operation, largest first; `beside` adds another engine's in brackets."""
    profile = results.get("profile") or {}
    shares = {name: shares_by_kind(one["operations"]) for name, one in profile.items() if one["failed"] is None}
    if group not in shares:
        return "Its operations were not profiled."
    other = shares.get(beside or "")
    parts = []
    for kind, part in sorted(shares[group].items(), key=lambda item: -item[1]):
        compared = "" if other is None else f" ({share(other[kind])} in fp32)"
        parts.append(f"{kind} {share(part)}{compared}")
    return f"A sweep's processor time on `small`: {'; '.join(parts)}."


def _stages(results: dict[str, Any]) -> str:
    runs = [run for run in results["end_to_end"]["runs"] if run["speed"] is not None]
    if not runs:
        return "Its manifests keep no seconds by stage."
    speeds = [run["speed"] for run in runs]
    stages = {stage: median(speed["seconds"][stage] for speed in speeds) for stage in speeds[0]["seconds"]}
    whole = stages.pop("wall")
    before = median(run["wall"] - run["speed"]["seconds"]["wall"] for run in runs)
    clocks = f"{len(runs)} runs' own clocks" if len(runs) > 1 else "1 run's own clock"
    said = ", ".join(f"{stage} {number(seconds)} s" for stage, seconds in stages.items())
    busy = {name: median(speed["worker_seconds"].get(name, 0.0) for speed in speeds) for name in _requests(speeds)}
    longest = sorted(busy.items(), key=lambda item: -item[1])[:4]
    workers = ", ".join(f"`{name}` {number(seconds)} s" for name, seconds in longest)
    return (
        f"Medians of {clocks}: {number(whole)} s, of which {said}; {number(before)} s pass outside "
        "that clock. `orchestration` is the time in which no worker and no sandbox is busy and no process is being "
        f"started; the manifest does not divide it further. All workers together were longest busy with {workers}."
    )


def _requests(speeds: Sequence[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for speed in speeds for name in speed["worker_seconds"]))


def _matmul(shape: dict[str, Any], group: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = next((row for row in shape.get("matmul", []) if row["group"] == group), None)
    return found
