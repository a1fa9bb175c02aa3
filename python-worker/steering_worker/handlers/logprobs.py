"""`logprobs`: log-probabilities of given continuations, under edits or none."""

import time

import torch

from steering_worker.engines.engine import Continuation, Progress
from steering_worker.handlers.answer import Answer
from steering_worker.handlers.applied_edits import applied_edits
from steering_worker.handlers.generate import token_blobs
from steering_worker.handlers.prompts import check_ids, plain
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import Logprobs
from steering_worker.protocol.tensors import tensor_blob
from steering_worker.session import Session
from steering_worker.tokens import measurable


def logprobs(session: Session, body: Logprobs, request: Message, progress: Progress) -> Answer:
    """An item whose logits were not finite has no tokens in the blobs, and its error."""
    started = time.monotonic()
    held = session.held
    edits = applied_edits(session, body.edits)
    columns = body.items
    items, skips = [], []
    for i, name in enumerate(columns.id):
        prompt = body.prompts[columns.prompt[i]]
        tokens = measurable(held.loaded.tokenizer, plain(prompt.messages), prompt.prefix, columns.continuation[i])
        check_ids(held.loaded, (*tokens.prompt.ids, *tokens.continuation))
        edit = None if columns.edit[i] == -1 else edits[columns.edit[i]]
        items.append(Continuation(name, tokens.prompt, tokens.continuation, edit, columns.strength[i]))
        skips.append(tokens.skip)
    result = held.engine.logprobs(items, body.rows, progress)
    values: list[float] = []
    token_ids: list[tuple[int, ...]] = []
    for item, skip, measured in zip(items, skips, result.items, strict=True):
        if measured.error is None:
            values += measured.logprobs[skip:]
        token_ids.append(item.continuation[skip:] if measured.error is None else ())
    answer = {
        "items": {"n_tokens": [len(ids) for ids in token_ids], "error": [m.error for m in result.items]},
        "realised_rows": result.realised_rows,
        "seconds": time.monotonic() - started,
    }
    return Answer(answer, (tensor_blob("logprobs", torch.tensor(values, dtype=torch.float32)), *token_blobs(token_ids)))
