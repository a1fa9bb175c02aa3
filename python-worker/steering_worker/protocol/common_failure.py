"""Exceptions that have nothing to do with a model or its device, as the `WorkerError` to answer."""

from steering_worker.errors import WorkerError
from steering_worker.one_line import one_line
from steering_worker.progress import Cancelled
from steering_worker.protocol.frames import FrameError


def common_failure(error: BaseException, doing: str) -> WorkerError:
    """`doing` names the request, as in "generate". What is not known is `internal`."""
    if isinstance(error, WorkerError):
        return error
    if isinstance(error, Cancelled):
        return WorkerError("cancelled", f"The request {doing} was cancelled.", "Nothing needs to be done.", "none")
    if isinstance(error, FrameError) and error.reason == "size":
        return WorkerError(
            "answer_too_large",
            f"The answer to {doing} is larger than a message may be ({error}).",
            "Ask for less at a time.",
        )
    return WorkerError(
        "internal",
        f"The request {doing} failed in the worker ({type(error).__name__}: {one_line(error)}).",
        "The worker's log holds the traceback.",
        "same",
    )
