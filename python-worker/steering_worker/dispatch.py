"""One request: parse its body, run its handler, send its answer or its failure."""

import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic

from pydantic import ValidationError

from steering_worker.errors import SAME_CHECKOUT, WorkerError, error_body
from steering_worker.handlers.handler import Handler, SessionT
from steering_worker.progress import Cancelled
from steering_worker.protocol.channel import Channel
from steering_worker.protocol.frames import Message
from steering_worker.protocol.heartbeat import Activity


@dataclass(frozen=True)
class Dispatcher(Generic[SessionT]):
    """What a kind of worker answers requests with, and how it words its exceptions (given the request's type)."""

    handlers: Mapping[str, Handler[SessionT]]
    failure: Callable[[Exception, str], WorkerError]

    def dispatch(self, channel: Channel, activity: Activity, session: SessionT, request: Message) -> WorkerError | None:
        """Answer `request` and return the failure that was answered, if any. Tracebacks go to stderr only."""
        try:
            handler = self._handler(request)
            activity.state = handler.state
            _run(channel, activity, session, request, handler)
            return None
        except Exception as error:
            failure = self.failure(error, request.type)
            if not isinstance(error, Cancelled):
                traceback.print_exc(file=sys.stderr)
                sys.stderr.flush()
            channel.answer("error", request, error_body(failure))
            return failure
        finally:
            activity.tick()
            activity.state = "idle"

    def _handler(self, request: Message) -> Handler[SessionT]:
        handler = self.handlers.get(request.type)
        if handler is None:
            raise _bad(request, "there is no such request")
        leased = request.block is not None and request.lease is not None and request.attempt is not None
        if handler.leased and not leased:
            raise _bad(request, "a leased request names its block, lease and attempt")
        return handler


def _run(channel: Channel, activity: Activity, session: SessionT, request: Message, handler: Handler[SessionT]) -> None:
    def progress() -> None:
        activity.tick()
        if channel.requests.is_cancelled(request.seq):
            raise Cancelled

    progress()
    kind = "result" if handler.leased else "reply"
    if request.block is not None and request.lease is not None:
        kept = channel.kept.find(request.block, request.lease)
        if kept is not None:
            return channel.answer(kind, request, kept.body, kept.blobs)
    try:
        body = handler.body.model_validate(request.body)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the body"
        raise _bad(request, f"{where}: {first['msg']}") from error
    answer = handler.run(session, body, request, progress)
    channel.answer(kind, request, answer.body, answer.blobs)


def _bad(request: Message, what: str) -> WorkerError:
    return WorkerError(
        "bad_request",
        f"The request `{request.type}` is not valid ({what}).",
        SAME_CHECKOUT,
    )
