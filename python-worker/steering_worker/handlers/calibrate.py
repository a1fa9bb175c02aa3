"""`calibrate`: how far edits move the next-token distribution on neutral texts, in nats."""

import time

import torch

from steering_worker.engines.engine import Condition
from steering_worker.errors import WorkerError
from steering_worker.handlers.answer import Answer
from steering_worker.handlers.applied_edits import applied_edits
from steering_worker.handlers.prompts import check_ids
from steering_worker.progress import Progress
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import Calibrate
from steering_worker.protocol.tensors import tensor_blob
from steering_worker.session import Session
from steering_worker.tokens import statement_prompt


def calibrate(session: Session, body: Calibrate, request: Message, progress: Progress) -> Answer:
    """An item with NaN or infinite logits has 0 in the blob, and its error."""
    started = time.monotonic()
    held = session.held
    edits = applied_edits(session, body.edits)
    texts = [statement_prompt(held.loaded.tokenizer, text) for text in body.texts]
    for number, text in enumerate(texts):
        check_ids(held.loaded, text.ids)
        if len(text.ids) == 1:
            raise WorkerError(
                "bad_request", f"The text {number} of `calibrate` has no token but <bos>.", "Send texts with words."
            )
    columns = body.items
    items = [
        Condition(name, edits[edit], strength)
        for name, edit, strength in zip(columns.id, columns.edit, columns.strength, strict=True)
    ]
    result = held.engine.divergences(texts, items, body.rows, progress)
    answer = {
        "items": {"error": [item.error for item in result.items]},
        "realised_rows": result.realised_rows,
        "seconds": time.monotonic() - started,
    }
    kl = torch.tensor([item.kl for item in result.items], dtype=torch.float32)
    return Answer(answer, (tensor_blob("kl", kl),))
