"""The page's section on the sweep of one shape."""

from typing import Any

from benchmarks.tables import not_measured, number, section, share, table

#: Below this share of Hugging Face's greedy tokens a row is marked.
AGREEING = 0.9
HEAD = (
    "tool",
    "rows",
    "tokens per CPU second",
    "tokens per second",
    "to one prompt at a time",
    "to the best peer",
    "tokens as Hugging Face's",
)
MARKED = (
    f"\\* Less than {share(AGREEING)} of the tokens are those of Hugging Face's `generate` under the same steering "
    "(without sampling, up to the first that differs), so that the row is no proof that the tool does the same work. "
    "Weights or numbers of fewer bits part from fp32 where two tokens are nearly as likely."
)


def render_sweep(name: str, shape: dict[str, Any]) -> str:
    """Every tool by its tokens per CPU second, those that failed with the reason, and the share of `torch.mm`."""
    rows = [row for row in shape["contestants"] if row["failed"] is None]
    alone = next((row["tokens_per_cpu_second"] for row in rows if row["mode"] == "alone"), None)
    best = max((row["tokens_per_cpu_second"] for row in rows if row["peer"]), default=None)
    lines = [
        [
            row["label"],
            row["mode"],
            number(row["tokens_per_cpu_second"]),
            number(row["tokens_per_second"]),
            _ratio(row, alone),
            _ratio(row, best),
            _agreement(row["agreement"]),
        ]
        for row in sorted(rows, key=lambda row: -float(row["tokens_per_cpu_second"]))
    ]
    about = (
        f"hidden {shape['hidden']}, {shape['layers']} layers, vocabulary {shape['vocabulary']:,}; {shape['rows']} rows "
        f"({shape['strengths']} strengths), {shape['tokens']} new tokens, {shape['rounds']} rounds. `alone`: one row "
        "at a time; `strength`: a batch a strength; `whole`: all in one batch; `constant`: likewise, at one strength. "
        "The last column shows that a tool steers as Hugging Face's hook does."
    )
    return section(
        f"Sweep: {name}",
        about,
        table(HEAD, lines) if lines else "",
        MARKED if any(_parts(row["agreement"]) for row in rows) else "",
        not_measured([(f"{row['label']} ({row['mode']})", row["failed"]) for row in shape["contestants"]]),
        _matmul(shape["matmul"]) if shape["matmul"] else "",
    )


def _ratio(row: dict[str, Any], to: float | None) -> str:
    return "" if to is None else f"{float(row['tokens_per_cpu_second']) / to:.1f}"


def _parts(agreement: float | None) -> bool:
    return agreement is not None and agreement < AGREEING


def _agreement(agreement: float | None) -> str:
    if agreement is None:
        return "not known"
    return f"{share(agreement)} \\*" if _parts(agreement) else share(agreement)


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
