"""Errors of other libraries as part of a sentence."""


def one_line(error: BaseException, limit: int = 300) -> str:
    """The error's message on one line, cut at `limit` characters; its type where it has none."""
    text = " ".join(str(error).split())
    if not text:
        return type(error).__name__
    return text if len(text) <= limit else text[: limit - 1] + "…"
