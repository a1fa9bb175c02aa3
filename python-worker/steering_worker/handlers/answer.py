"""What a handler gives back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from steering_worker.protocol.frames import Blob


@dataclass(frozen=True)
class Answer:
    """The body and blobs of a `reply` or `result`."""

    body: Mapping[str, Any]
    blobs: tuple[Blob, ...] = ()
