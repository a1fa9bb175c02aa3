"""The token ids of a model's input."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Prompt:
    """Token ids, `<bos>` first, and which of them are the user's own words (for positions `content`)."""

    ids: tuple[int, ...]
    content: tuple[bool, ...]
