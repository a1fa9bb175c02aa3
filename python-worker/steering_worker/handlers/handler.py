"""One request of the protocol: what its body is, and what answers it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from steering_worker.handlers.answer import Answer
from steering_worker.progress import Progress
from steering_worker.protocol.frames import Message
from steering_worker.protocol.heartbeat import State
from steering_worker.protocol.messages import Body

#: What a worker keeps between requests.
SessionT = TypeVar("SessionT")


@dataclass(frozen=True)
class Handler(Generic[SessionT]):
    """`leased` requests name a block, a lease and an attempt, and are answered by `result`; the others by `reply`."""

    body: type[Body]
    run: Callable[[SessionT, Any, Message, Progress], Answer]
    state: State
    leased: bool
