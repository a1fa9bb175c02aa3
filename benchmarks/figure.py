"""docs/performance.svg: the tools side by side, and what one more strength costs."""

import math
from typing import Any
from xml.sax.saxutils import escape

OURS, PEER, GRID, INK = "#0b6e4f", "#8a94a6", "#dfe3ea", "#1f2733"
WIDTH, BAR, TOP = 960, 26, 56
BARS_LEFT, BARS_RIGHT = 235, 500
LINES_LEFT, LINES_RIGHT = 600, 760
NAMES = {"hf": "Hugging Face", "ours-fp32": "ours, fp32", "ours-bf16": "ours, bf16"}


def render_figure(results: dict[str, Any]) -> str | None:
    """An SVG of the small sweep, with the growth beside it where that was measured; None without a sweep."""
    shape = results.get("shapes", {}).get("small")
    if shape is None:
        return None
    bars = _bars(_best_modes(shape["contestants"]))
    height = max(bars[0] + 40, 380)
    growth = results.get("growth")
    parts = [*bars[1], *(_growth(growth, height) if growth is not None else [])]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif"'
            f' font-size="12" fill="{INK}" role="img" aria-label="Tokens per second of processor time, by tool">',
            f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


def _best_modes(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    best: dict[str, dict[str, Any]] = {}
    for row in rows:
        if row["failed"] is None and row["tokens_per_cpu_second"] is not None:
            before = best.get(row["group"])
            if before is None or row["tokens_per_cpu_second"] > before["tokens_per_cpu_second"]:
                best[row["group"]] = row
    return sorted(best.values(), key=lambda row: -float(row["tokens_per_cpu_second"]))


def _bars(rows: list[dict[str, Any]]) -> tuple[int, list[str]]:
    most = max((float(row["tokens_per_cpu_second"]) for row in rows), default=1.0)
    parts = [_text(16, 28, "The small sweep: tokens per second of processor time", weight="bold")]
    for number, row in enumerate(rows):
        y, rate = TOP + number * BAR, float(row["tokens_per_cpu_second"])
        length = (BARS_RIGHT - BARS_LEFT) * rate / most
        colour = PEER if row["peer"] else OURS
        parts.append(_text(BARS_LEFT - 8, y + 13, row["label"].replace("`", ""), anchor="end"))
        parts.append(f'<rect x="{BARS_LEFT}" y="{y}" width="{length:.1f}" height="{BAR - 8}" fill="{colour}"/>')
        parts.append(_text(BARS_LEFT + length + 6, y + 13, f"{rate:,.0f}"))
    return TOP + len(rows) * BAR, parts


def _growth(growth: dict[str, Any], height: int) -> list[str]:
    rows = [row for row in growth["contestants"] if row["failed"] is None]
    points = [point for row in rows for point in row["points"]]
    if not points:
        return []
    counts = sorted({int(point["strengths"]) for point in points})
    low, high = (pick(float(point["cpu"]) for point in points) for pick in (min, max))
    bottom = height - 60

    def x_of(count: float) -> float:
        span = math.log2(counts[-1] / counts[0]) or 1.0
        return LINES_LEFT + (LINES_RIGHT - LINES_LEFT) * math.log2(count / counts[0]) / span

    def y_of(seconds: float) -> float:
        span = math.log2(high / low) or 1.0
        return bottom - (bottom - TOP) * math.log2(seconds / low) / span

    parts = [_text(LINES_LEFT - 40, 28, "Growth: CPU seconds by number of strengths, 16 samples each", weight="bold")]
    for count in counts:
        x = x_of(count)
        parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" stroke="{GRID}"/>')
        parts.append(_text(x, bottom + 18, str(count), anchor="middle"))
    for row in rows:
        colour = PEER if row["group"] == "hf" else OURS
        dash = ' stroke-dasharray="5 4"' if row["group"] == "ours-bf16" else ""
        corners = " ".join(f"{x_of(p['strengths']):.1f},{y_of(p['cpu']):.1f}" for p in row["points"])
        parts.append(f'<polyline points="{corners}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
        first, last = row["points"][0], row["points"][-1]
        said = f"{last['cpu']:.1f} s, {NAMES.get(row['group'], row['label'])}"
        parts.append(_text(x_of(last["strengths"]) + 8, y_of(last["cpu"]) + 4, said))
        if row["group"] != "ours-bf16":
            parts.append(_text(x_of(first["strengths"]) - 8, y_of(first["cpu"]) + 4, f"{first['cpu']:.1f}", "end"))
    return parts


def _text(x: float, y: float, text: str, anchor: str = "start", weight: str = "normal") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}">{escape(text)}</text>'
