"""Stop strings, searched in the decoded text as it grows."""

from collections.abc import Sequence
from typing import Any

from steering_worker.tokens import decode_text


class StopStrings:
    """Decodes no more than the end of a row: every token adds a byte at least, but for special and unknown ones."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._silent = frozenset(tokenizer.all_special_ids)
        self._known = len(tokenizer)

    def found(self, ids: Sequence[int], stops: Sequence[str]) -> bool:
        """Whether the last token completed a stop string."""
        if not stops:
            return False
        # One token more, since a tokenizer may strip the space that the decoded text begins with.
        wanted = max(len(stop.encode()) for stop in stops) + 1
        start = len(ids)
        while start > 0 and wanted > 0:
            start -= 1
            wanted -= ids[start] < self._known and ids[start] not in self._silent
        text = decode_text(self._tokenizer, ids[start:])
        return any(stop in text for stop in stops)
