"""`describe` and `check_params`."""

from planted_truth.methods import methods, params_problems
from planted_truth.session import Session
from steering_worker.errors import WorkerError
from steering_worker.handlers.answer import Answer
from steering_worker.progress import Progress
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import CheckParams, Describe


def describe(session: Session, body: Describe, request: Message, progress: Progress) -> Answer:
    if body.user_methods:
        raise WorkerError(
            "planted_methods",
            f"The worker of planted truths runs no method of a user's own ({body.user_methods[0].path}).",
            "Leave it out of the experiment.",
        )
    return Answer(methods())


def check_params(session: Session, body: CheckParams, request: Message, progress: Progress) -> Answer:
    problems = [
        {"index": index, "path": path, "message": message}
        for index, entry in enumerate(body.entries)
        for path, message in params_problems(entry.role, entry.kind, entry.params)
    ]
    return Answer({"problems": problems})
