"""One request: parse its body, run its handler, send its answer or its failure."""

import sys
import traceback

from pydantic import ValidationError

from planted_truth.handlers.table import HANDLERS, Handler
from planted_truth.session import Cancelled, Session
from steering_worker.errors import SAME_CHECKOUT, WorkerError, error_body
from steering_worker.one_line import one_line
from steering_worker.protocol.channel import Channel
from steering_worker.protocol.frames import Message
from steering_worker.protocol.heartbeat import Activity


def dispatch(channel: Channel, activity: Activity, session: Session, request: Message) -> WorkerError | None:
    """Answer `request` and return the failure that was answered, if any."""
    try:
        handler = HANDLERS.get(request.type)
        if handler is None:
            raise bad_request(request, "there is no such request")
        activity.state = handler.state
        _run(channel, activity, session, request, handler)
        return None
    except Exception as error:
        failure = _as_worker_error(error, request.type)
        if not isinstance(error, Cancelled):
            traceback.print_exc(file=sys.stderr)
            sys.stderr.flush()
        channel.answer("error", request, error_body(failure))
        return failure
    finally:
        activity.tick()
        activity.state = "idle"


def _run(channel: Channel, activity: Activity, session: Session, request: Message, handler: Handler) -> None:
    def progress() -> None:
        activity.tick()
        if channel.requests.is_cancelled(request.seq):
            raise Cancelled

    progress()
    if handler.leased:
        if request.block is None or request.lease is None or request.attempt is None:
            raise bad_request(request, "a leased request names its block, lease and attempt")
        kept = channel.kept.find(request.block, request.lease)
        if kept is not None:
            return channel.answer("result", request, kept.body, kept.blobs)
    try:
        body = handler.body.model_validate(request.body)
    except ValidationError as error:
        first = error.errors()[0]
        raise bad_request(request, f"{'.'.join(map(str, first['loc'])) or 'the body'}: {first['msg']}") from error
    answer = handler.run(session, body, request, progress)
    channel.answer("result" if handler.leased else "reply", request, answer.body, answer.blobs)


def bad_request(request: Message, what: str) -> WorkerError:
    return WorkerError(
        "bad_request",
        f"The request `{request.type}` is not valid ({what}).",
        SAME_CHECKOUT,
    )


def _as_worker_error(error: Exception, doing: str) -> WorkerError:
    if isinstance(error, WorkerError):
        return error
    if isinstance(error, Cancelled):
        return WorkerError("cancelled", f"The request {doing} was cancelled.", "Nothing needs to be done.", "none")
    return WorkerError(
        "internal",
        f"The request {doing} failed in the worker ({type(error).__name__}: {one_line(error)}).",
        "The worker's log holds the traceback.",
        "same",
    )
