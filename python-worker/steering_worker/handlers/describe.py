"""`describe` and `check_params`: this worker's directions, edits and engines, and whether parameters are valid."""

from steering_worker.engines.registry import engine_entries
from steering_worker.handlers.answer import Answer
from steering_worker.methods import registry
from steering_worker.progress import Progress
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import CheckParams, Describe
from steering_worker.session import Session


def describe(session: Session, body: Describe, request: Message, progress: Progress) -> Answer:
    methods = registry.catalogue({file.path: file.sha256 for file in body.user_methods}, progress)
    return Answer({**methods, "engines": engine_entries()})


def check_params(session: Session, body: CheckParams, request: Message, progress: Progress) -> Answer:
    return Answer({"problems": registry.check_params([entry.model_dump() for entry in body.entries], progress)})
