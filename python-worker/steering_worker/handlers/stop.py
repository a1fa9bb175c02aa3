"""`stop`: answered in its turn; the serve loop ends after it."""

from steering_worker.handlers.answer import Answer
from steering_worker.progress import Progress
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import Stop
from steering_worker.session import Session


def stop(session: Session, body: Stop, request: Message, progress: Progress) -> Answer:
    return Answer({})
