"""The worker's log, which is where its stdout and stderr go."""

import io
import sys
from contextlib import suppress
from typing import TextIO


class WorkerLog(io.TextIOBase):
    """A stream that drops what there is no room for: a full disk must not fail the work that logs something."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._stream.fileno()


def drop_what_finds_no_room() -> None:
    sys.stdout, sys.stderr = WorkerLog(sys.stdout), WorkerLog(sys.stderr)
