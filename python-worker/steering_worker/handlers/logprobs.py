"""`logprobs`: log-probabilities of given continuations, under edits or none."""

import time

import torch

from steering_worker.engines.engine import Continuation
from steering_worker.handlers.answer import Answer
from steering_worker.handlers.applied_edits import applied_edits
from steering_worker.handlers.generate import token_blobs
from steering_worker.handlers.prompts import measured_tokens
from steering_worker.progress import Progress
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import Logprobs
from steering_worker.protocol.tensors import tensor_blob
from steering_worker.session import Session


def logprobs(session: Session, body: Logprobs, request: Message, progress: Progress) -> Answer:
    """An item with NaN or infinite logits has no tokens in the blobs, and its error."""
    started = time.monotonic()
    held = session.held
    edits = applied_edits(session, body.edits)
    columns = body.items
    tokens = {
        (prompt, continuation): measured_tokens(held.loaded, body.prompts[prompt], continuation)
        for prompt, continuation in dict.fromkeys(zip(columns.prompt, columns.continuation, strict=True))
    }
    items = []
    for i, name in enumerate(columns.id):
        read = tokens[columns.prompt[i], columns.continuation[i]]
        edit = None if columns.edit[i] == -1 else edits[columns.edit[i]]
        items.append(Continuation(name, read.prompt, read.continuation, edit, columns.strength[i], read.skip))
    result = held.engine.logprobs(items, body.rows, progress)
    values: list[float] = []
    token_ids: list[tuple[int, ...]] = []
    for item, measured in zip(items, result.items, strict=True):
        values += measured.logprobs
        token_ids.append(item.continuation[item.skip :] if measured.error is None else ())
    answer = {
        "items": {"n_tokens": [len(ids) for ids in token_ids], "error": [m.error for m in result.items]},
        "realised_rows": result.realised_rows,
        "seconds": time.monotonic() - started,
    }
    return Answer(answer, (tensor_blob("logprobs", torch.tensor(values, dtype=torch.float32)), *token_blobs(token_ids)))
