"""`fit` and `put`."""

from planted_truth.session import Session
from planted_truth.vectors import (
    KINDS,
    decode_vector,
    encode_vector,
    question_of_statements,
    random_shift,
    resampling_shift,
)
from steering_worker.errors import WorkerError
from steering_worker.handlers.answer import Answer
from steering_worker.progress import Progress
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import Fit, Put


def fit(session: Session, body: Fit, request: Message, progress: Progress) -> Answer:
    truth = session.truth
    layer = session.layer(body.layer)
    if body.direction.kind not in KINDS or body.contrast is None:
        raise WorkerError(
            "planted_direction",
            f"The direction `{body.direction.kind}` of the vector `{body.vector}` is not planted, or has no contrast.",
            f"Use one of {', '.join(KINDS)}.",
        )
    question = question_of_statements(truth, [*body.contrast.positive, *body.contrast.negative])
    if body.direction.kind == "random":
        shift = random_shift(truth, body.seed)
    else:
        shift = resampling_shift(truth, truth.questions[question], body.contrast.positive)
    blob = encode_vector(body.direction.kind, question, body.layer, shift, layer.vector_norm, truth.d_model)
    vector = decode_vector([blob], body.vector)
    session.keep_vector(body.vector, vector, body.layer)
    info = {"question": truth.questions[question].id, "shift_octaves": vector.shift}
    return Answer({"vector": body.vector, "norm": vector.norm, "info": info}, (blob,))


def put(session: Session, body: Put, request: Message, progress: Progress) -> Answer:
    session.keep_vector(body.vector, decode_vector(request.blobs, body.vector), body.layer)
    return Answer({})
