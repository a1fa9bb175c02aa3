"""docs/performance.md, from the results."""

from typing import Any

from benchmarks.aims import render_aims
from benchmarks.run_speed import orchestration_share
from benchmarks.tables import number, share, table

OURS = "ours-fp32"
REPEAT = (
    "`npm run bench` builds an environment for each tool under `.bench/` at its first start, makes checkpoints with "
    "random weights, measures everything in turn and writes this page; it takes about two hours on 2 cores, of which "
    "nothing else should run on the machine. `npm run bench -- --quick` shows in minutes that everything runs; "
    "`--parts` and `--shapes` measure a part anew and leave the rest of the page as it was; `--help` names them. The "
    "numbers behind the page are in `benchmarks/results.json`."
)


def render_page(results: dict[str, Any]) -> str:
    """The page of what was measured; a part that was not is left out."""
    parts = [
        "# Performance",
        _machine(results["machine"]),
        "![Tokens per second of processor time by tool, and CPU seconds by number of strengths](performance.svg)",
        render_aims(results),
        *(_sweep(name, shape) for name, shape in results.get("shapes", {}).items()),
        _growth(results.get("growth")),
        _profile(results.get("profile")),
        _memory(results.get("memory")),
        _end_to_end(results.get("end_to_end")),
        _dtypes(results.get("dtypes")),
        _tools(results.get("environments", {})),
        "\n\n".join(["## To repeat it", REPEAT]),
        "CUDA: not run.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _machine(machine: dict[str, Any]) -> str:
    return (
        f"Measured on {machine['cpu']}, {machine['cores']} cores ({', '.join(machine['instructions'])}), "
        f"{machine['threads']} thread a contestant, by `npm run bench`. Contestants take turns in every round; numbers "
        "are medians. Tokens per second of processor time (all threads) are what tools are compared by: they depend "
        "least on what else the machine does."
    )


def _sweep(name: str, shape: dict[str, Any]) -> str:
    rows = [row for row in shape["contestants"] if row["failed"] is None]
    alone = next((row for row in rows if row["mode"] == "alone"), None)
    best = max((row["tokens_per_cpu_second"] for row in rows if row["peer"]), default=None)
    lines = [
        [
            row["label"],
            row["mode"],
            number(row["tokens_per_cpu_second"]),
            number(row["tokens_per_second"]),
            _ratio(row, alone["tokens_per_cpu_second"] if alone else None),
            _ratio(row, best),
        ]
        for row in sorted(rows, key=lambda row: -float(row["tokens_per_cpu_second"]))
    ]
    head = ["tool", "rows", "tokens per CPU second", "tokens per second", "to one prompt at a time", "to the best peer"]
    failed = [f"- {row['label']} ({row['mode']}): {row['failed']}" for row in shape["contestants"] if row["failed"]]
    about = (
        f"hidden {shape['hidden']}, {shape['layers']} layers, vocabulary {shape['vocabulary']}; {shape['rows']} rows "
        f"({shape['strengths']} strengths), {shape['tokens']} new tokens, {shape['rounds']} rounds. `alone`: one row "
        "at a time; `strength`: a batch a strength; `whole`: all in one batch; `constant`: likewise, at one strength."
    )
    blocks = [f"## Sweep: {name}", about, table(head, lines)]
    if failed:
        blocks.append("\n".join(["Not measured:", *failed]))
    if shape["matmul"]:
        blocks.append(_matmul(shape["matmul"]))
    return "\n\n".join(blocks)


def _ratio(row: dict[str, Any], to: float | None) -> str:
    return "" if to is None else f"{float(row['tokens_per_cpu_second']) / to:.1f}"


def _matmul(rows: list[dict[str, Any]]) -> str:
    lines = [
        [
            row["label"],
            f"{row['flops_per_second'] / 1e9:.1f}",
            f"{row['decode_flops'] / 1e9:.1f}",
            share(row["share_of_decode"]),
            share(row["share_of_square"]),
        ]
        for row in rows
    ]
    head = ["engine", "GFLOP/s in decoding", "`torch.mm`, the same matrices", "share of it", "share of a 1024 square"]
    return table(head, lines)


def _growth(growth: dict[str, Any] | None) -> str:
    if growth is None:
        return ""
    rows = [row for row in growth["contestants"] if row["failed"] is None]
    counts = [str(point["strengths"]) for point in rows[0]["points"]] if rows else []
    slopes = {row["group"]: row["cpu_per_strength"] for row in rows}
    lines = [
        [row["label"], *(f"{point['cpu']:.2f}" for point in row["points"]), f"{row['cpu_per_strength']:.3f}"]
        for row in rows
    ]
    said = ""
    if OURS in slopes and "hf" in slopes:
        said = f"One more strength costs {share(slopes[OURS] / slopes['hf'])} of what it costs in a batch per strength."
    return "\n\n".join(
        ["## Growth with the number of strengths", table(["CPU seconds", *counts, "one more"], lines), said]
    ).strip()


def _profile(profile: dict[str, Any] | None) -> str:
    if profile is None:
        return ""
    lines = [
        [one["label"], ", ".join(f"{name} {share(part)}" for name, part in one["operations"][:8])]
        for one in profile.values()
        if one["failed"] is None
    ]
    return "\n\n".join(["## Where the time goes", table(["engine", "operations"], lines)])


def _memory(memory: list[dict[str, Any]] | None) -> str:
    rows = [one for one in memory or [] if one["failed"] is None]
    if not rows:
        return ""
    lines = [
        [
            f"{one['shape']}, {one['dtype']}",
            f"{one['rows']} x {one['tokens']}",
            f"{one['peak_bytes'] / 1e9:.2f} GB",
            "" if one["planned_bytes"] is None else f"{one['planned_bytes'] / 1e9:.2f} GB",
            "" if one["planned_bytes"] is None else f"{one['planned_bytes'] / one['peak_bytes']:.2f}",
        ]
        for one in rows
    ]
    head = ["model", "rows x new tokens", "peak of the process", "planned", "planned / peak"]
    return "\n\n".join(["## Memory", table(head, lines)])


def _end_to_end(end: dict[str, Any] | None) -> str:
    if end is None or end["failed"] is not None or not end["runs"]:
        return ""
    lines = [
        [
            number(run["wall"]),
            number(run["cpu"]),
            *(number(run["speed"]["seconds"][part]) for part in ("generation", "sandbox", "start", "orchestration")),
            share(orchestration_share(run["speed"]) or 0.0),
        ]
        for run in end["runs"]
        if run["speed"] is not None
    ]
    head = ["wall s", "CPU s", "generation", "sandbox", "start of processes", "orchestration", "share of it"]
    return "\n\n".join([f"## From YAML to figures: `{end['experiment']}`", table(head, lines)])


def _dtypes(dtypes: dict[str, Any] | None) -> str:
    if dtypes is None or dtypes["failed"] is not None:
        return ""
    other = dtypes["other_layer"]
    left = f" {other} windows are not compared, since the runs chose different layers for them." if other else ""
    said = (
        f"The default experiment in bfloat16 and in float32: of {dtypes['ends']} onsets, collapses and widths of "
        f"{dtypes['windows']} windows that are numbers in both, {dtypes['inside']} lie inside float32's intervals "
        f"(95 %, these items).{left}"
    )
    return "\n\n".join(["## Windows in bfloat16", said])


def _tools(environments: dict[str, Any]) -> str:
    lines = [
        [name, ", ".join(f"{package} {version}" for package, version in one["versions"].items()), one["reason"] or ""]
        for name, one in environments.items()
    ]
    return "\n\n".join(["## Tools", table(["environment", "versions", "not built because"], lines)]) if lines else ""
