"""`logprobs`: the forced choice of a question, and the model's own programs under the planted loss of capability."""

import time

from planted_truth.blobs import float_blob, token_blobs
from planted_truth.conditions import Condition, choice_logprob, log_share
from planted_truth.responses import Asked, recognise, tagged
from planted_truth.session import Session
from planted_truth.truth import TaskTruth
from planted_truth.words import word_ids
from steering_worker.handlers.answer import Answer
from steering_worker.progress import Progress
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import Logprobs

#: Nats of a continuation for which nothing is planted.
UNPLANTED = -20.0


def logprobs(session: Session, body: Logprobs, request: Message, progress: Progress) -> Answer:
    """A continuation's log-probability is divided equally among its tokens."""
    started = time.monotonic()
    truth, columns = session.truth, body.items
    asked = [recognise(truth, prompt.messages) for prompt in body.prompts]
    conditions = session.conditions(body.edits, columns.edit, columns.strength)
    values: list[float] = []
    token_ids = []
    for i, continuation in enumerate(columns.continuation):
        progress()
        ids = word_ids(continuation, truth.vocab_size) or [0]
        total = continuation_logprob(conditions[i], asked[columns.prompt[i]], continuation)
        values += [total / len(ids)] * len(ids)
        token_ids.append(ids)
    answer = {
        "items": {"n_tokens": [len(ids) for ids in token_ids], "error": [None] * len(token_ids)},
        "realised_rows": min(body.rows, len(token_ids)),
        "seconds": time.monotonic() - started,
    }
    return Answer(answer, (float_blob("logprobs", values), *token_blobs(token_ids)))


def continuation_logprob(condition: Condition, asked: Asked | None, continuation: str) -> float:
    """Nats, at most 0. A task's own program has the unsteered rate times the share of capability that is left."""
    text = continuation.strip()
    if isinstance(asked, TaskTruth):
        return log_share(condition.capability(asked)) if asked.solution.strip() in text else UNPLANTED
    if asked is None:
        return UNPLANTED
    choice = asked.choice
    for role in ("right", "target"):
        if choice is not None and text == getattr(choice, role).strip():
            return choice_logprob(condition.log_odds(asked, choice), role)
    rates = condition.question(asked)
    if text == tagged(asked.right):
        return log_share(rates.intact * (1 - rates.target))
    return log_share(rates.intact * rates.target) if text == tagged(asked.target) else UNPLANTED
