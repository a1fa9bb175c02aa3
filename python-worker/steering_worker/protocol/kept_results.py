"""Results that the orchestrator has not yet called durable."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from steering_worker.protocol.frames import Blob


@dataclass(frozen=True)
class KeptResult:
    body: Mapping[str, Any]
    blobs: tuple[Blob, ...]


class KeptResults:
    """Kept by (block, lease) until `committed` or `discard`, so that a repeated request needs no new work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._results: dict[tuple[str, int], KeptResult] = {}

    def keep(self, block: str, lease: int, result: KeptResult) -> None:
        with self._lock:
            self._results[block, lease] = result

    def find(self, block: str, lease: int) -> KeptResult | None:
        with self._lock:
            return self._results.get((block, lease))

    def drop(self, block: str, lease: int) -> None:
        with self._lock:
            self._results.pop((block, lease), None)
