"""Failures that reach the orchestrator as an `error` message (docs/protocol.md)."""

from typing import Any, Literal

Retry = Literal["same", "smaller", "fresh_process", "sample_failed", "worker_fatal", "run_fatal", "none"]

#: What to do about a message that violates the protocol.
SAME_CHECKOUT = "The orchestrator and the worker may be of different versions: set the checkout up again."


class WorkerError(Exception):
    """A failure with a stable code, one sentence that says what failed, and what to do about it."""

    def __init__(self, code: str, message: str, advice: str, retry: Retry = "run_fatal") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.advice = advice
        self.retry = retry


def error_body(failure: WorkerError) -> dict[str, Any]:
    """The body of an `error` message."""
    return {
        "code": failure.code,
        "message": failure.message,
        "advice": failure.advice,
        "retry": failure.retry,
        "samples": [],
    }
