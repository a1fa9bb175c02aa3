"""`calibrate` and `accessibility`: the planted divergence, and the planted reading of the logit lens.

`speed_test` is refused.
"""

import time

from planted_truth.blobs import float_blob
from planted_truth.conditions import choice_logprob
from planted_truth.session import Session
from steering_worker.errors import WorkerError
from steering_worker.handlers.answer import Answer
from steering_worker.progress import Progress
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import Accessibility, Calibrate, SpeedTest


def calibrate(session: Session, body: Calibrate, request: Message, progress: Progress) -> Answer:
    started = time.monotonic()
    conditions = session.conditions(body.edits, body.items.edit, body.items.strength)
    answer = {
        "items": {"error": [None] * len(conditions)},
        "realised_rows": body.rows,
        "seconds": time.monotonic() - started,
    }
    return Answer(answer, (float_blob("kl", [condition.divergence() for condition in conditions]),))


def accessibility(session: Session, body: Accessibility, request: Message, progress: Progress) -> Answer:
    """The likelier of the two answers has rank 0, the other rank 1, whatever the prompt."""
    layers = session.truth.layers
    row = [
        value
        for layer in layers
        for value in (
            choice_logprob(layer.lens_log_odds, "right"),
            choice_logprob(layer.lens_log_odds, "target"),
            0.0 if layer.lens_log_odds > 0 else 1.0,
            1.0 if layer.lens_log_odds > 0 else 0.0,
        )
    ]
    count = len(body.prompts)
    blob = float_blob("accessibility", row * count, (count, len(layers), 4))
    return Answer({"error": [None] * count, "layers": len(layers)}, (blob,))


def speed_test(session: Session, body: SpeedTest, request: Message, progress: Progress) -> Answer:
    raise WorkerError(
        "planted_speed",
        "A planted truth decodes nothing, so that there is no speed to measure.",
        "Ask a worker that has loaded a model.",
    )
