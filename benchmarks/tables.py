"""Tables in Markdown, and numbers as a reader wants them."""

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Numbers to the right of a first column of words."""
    rule = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *rows))


def section(head: str, *blocks: str) -> str:
    """Paragraphs under a heading; nothing where there are none."""
    return "\n\n".join([f"## {head}", *(block for block in blocks if block)]) if any(blocks) else ""


def not_measured(reasons: Sequence[tuple[str, str | None]]) -> str:
    """A list of what has no numbers, with why; nothing where everything has."""
    failed = [f"- {what}: {reason}" for what, reason in reasons if reason is not None]
    return "\n".join(["Not measured:", *failed]) if failed else ""


def number(value: float) -> str:
    """Three figures."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def share(value: float) -> str:
    """Per cent."""
    return f"{100 * value:.0f} %"
