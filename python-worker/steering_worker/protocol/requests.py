"""The outstanding requests, and those of them that were cancelled."""

import threading
from collections import deque

#: Sequence numbers remembered, so that a message that arrives twice is handled once.
REMEMBERED = 65536


class Requests:
    """Shared by the I/O thread, which opens and cancels, and the working thread, which queries and closes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._order: deque[int] = deque()
        self._seen: set[int] = set()
        self._outstanding: set[int] = set()
        self._cancelled: set[int] = set()

    def is_new(self, seq: int) -> bool:
        """Whether this is the first message with this number, which counts as received from now on."""
        if seq in self._seen:
            return False
        self._seen.add(seq)
        self._order.append(seq)
        if len(self._order) > REMEMBERED:
            self._seen.discard(self._order.popleft())
        return True

    def open(self, seq: int) -> None:
        with self._lock:
            self._outstanding.add(seq)

    def close(self, seq: int) -> None:
        with self._lock:
            self._outstanding.discard(seq)
            self._cancelled.discard(seq)

    def cancel(self, seq: int) -> None:
        """A request that was answered already, or never came, is left alone."""
        with self._lock:
            if seq in self._outstanding:
                self._cancelled.add(seq)

    def is_cancelled(self, seq: int) -> bool:
        with self._lock:
            return seq in self._cancelled
