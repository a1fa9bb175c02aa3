"""docs/performance.md, from the results."""

from typing import Any

from benchmarks.aims import aims_of
from benchmarks.run_speed import orchestration_share
from benchmarks.sweep_page import render_sweep
from benchmarks.tables import not_measured, number, section, share, table
from benchmarks.unreached import explain_unreached
from benchmarks.windows_page import render_windows

OURS = "ours-fp32"
PICTURE = "![Tokens per second of processor time by tool, and CPU seconds by number of strengths](performance.svg)"
REPEAT = (
    "`npm run bench` builds an environment for each tool under `.bench/` at its first start, makes checkpoints with "
    "random weights, measures everything in turn and writes this page; it takes about an hour and a half on 2 cores, "
    "of which nothing else should run on the machine. `npm run bench -- --quick` shows in minutes that everything but"
    " the whole experiments runs; `--parts` and `--shapes` measure a part anew and leave the rest of the page as it "
    "was; `--help` names them. The numbers behind the page are in `benchmarks/results.json`."
)

LARGE_RUN = (
    "Tables are read batch by batch, so a report's memory hardly grows with the run. `node "
    "benchmarks/large-run.mjs RUN OUT 1000000` makes a run of 1,000,000 samples out of a small one (775 MB of "
    "tables; a small fixed grid, one model). Peak resident memory of the orchestrator, on 2 cores shared with "
    "other work: `report` 269 MiB, against 1,519 MiB when tables were read whole. `rescore` stood at 219 MiB "
    "after ten minutes of scoring, against more than 2,800 MiB within three; both were stopped before they had "
    "finished."
)


def render_page(results: dict[str, Any]) -> str:
    """The page of what was measured; a part that was not is left out."""
    shapes = results.get("shapes", {})
    parts = [
        "# Performance",
        _machine(results["machine"]),
        PICTURE if "small" in shapes else "",
        _aims(results),
        *(render_sweep(name, shape) for name, shape in shapes.items()),
        _growth(results.get("growth")),
        _profile(results.get("profile")),
        _memory(results.get("memory")),
        _end_to_end(results.get("end_to_end")),
        render_windows(results.get("dtypes")),
        section("A run of a million samples", LARGE_RUN),
        _tools(results.get("environments", {})),
        section("To repeat it", REPEAT),
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


def _aims(results: dict[str, Any]) -> str:
    aims = aims_of(results)
    head = ["what", "at least (at most)", "aim", "measured", ""]
    return section(
        "Aims",
        "Rates and shares of `torch.mm`'s rate are those of the sweep `small`.",
        table(head, [aim.row() for aim in aims]),
        *explain_unreached(aims, results),
    )


def _growth(growth: dict[str, Any] | None) -> str:
    if growth is None:
        return ""
    rows = [row for row in growth["contestants"] if row["failed"] is None]
    counts = [str(point["strengths"]) for point in rows[0]["points"]] if rows else []
    slopes = {row["group"]: row["cpu_per_strength"] for row in rows}
    lines = [
        [
            row["label"],
            *(f"{point['cpu']:.2f}" for point in row["points"]),
            f"{row['cpu_per_strength']:.3f}",
        ]
        for row in rows
    ]
    said = ""
    if OURS in slopes and "hf" in slopes:
        said = f"One more strength costs {share(slopes[OURS] / slopes['hf'])} of what it costs in a batch per strength."
    return section(
        "Growth with the number of strengths",
        table(["CPU seconds", *counts, "one more"], lines) if lines else "",
        said,
        not_measured([(row["label"], row["failed"]) for row in growth["contestants"]]),
    )


def _profile(profile: dict[str, Any] | None) -> str:
    engines = list((profile or {}).values())
    lines = [
        [
            one["label"],
            ", ".join(f"{name} {share(part)}" for name, part in one["operations"][:8]),
        ]
        for one in engines
        if one["failed"] is None
    ]
    failed = not_measured([(one["label"], one["failed"]) for one in engines])
    return section(
        "Where the time goes",
        table(["engine", "operations"], lines) if lines else "",
        failed,
    )


def _memory(memory: list[dict[str, Any]] | None) -> str:
    lines = [
        [
            f"{one['shape']}, {one['dtype']}",
            f"{one['rows']} x {one['tokens']}",
            f"{one['peak_bytes'] / 1e9:.2f} GB",
            ""
            if one["planned_bytes"] is None
            else f"{one['planned_bytes'] / 1e9:.2f} GB",
            ""
            if one["planned_bytes"] is None
            else f"{one['planned_bytes'] / one['peak_bytes']:.2f}",
        ]
        for one in memory or []
        if one["failed"] is None
    ]
    head = [
        "model",
        "rows x new tokens",
        "peak of the process",
        "planned",
        "planned / peak",
    ]
    failed = not_measured(
        [(f"{one['shape']}, {one['dtype']}", one["failed"]) for one in memory or []]
    )
    return section("Memory", table(head, lines) if lines else "", failed)


def _end_to_end(end: dict[str, Any] | None) -> str:
    if end is None:
        return ""
    head = f"From YAML to figures: `{end['experiment']}`"
    if end["failed"] is not None:
        return section(head, f"Not measured: {end['failed']}.")
    stages = ("generation", "sandbox", "start", "orchestration")
    lines = [
        [
            number(run["wall"]),
            number(run["cpu"]),
            *(number(run["speed"]["seconds"][stage]) for stage in stages),
            share(orchestration_share(run["speed"]) or 0.0),
        ]
        for run in end["runs"]
        if run["speed"] is not None
    ]
    columns = [
        "wall s",
        "CPU s",
        "generation",
        "sandbox",
        "start of processes",
        "orchestration",
        "share of it",
    ]
    return section(head, table(columns, lines) if lines else "")


def _tools(environments: dict[str, Any]) -> str:
    lines = [
        [
            name,
            ", ".join(
                f"{package} {version}" for package, version in one["versions"].items()
            ),
            one["reason"] or "",
        ]
        for name, one in environments.items()
    ]
    return section(
        "Tools",
        table(["environment", "versions", "not built because"], lines) if lines else "",
    )
