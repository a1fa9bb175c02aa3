"""`accessibility`: how readable right answers and targets are after each block (arXiv 2604.15557)."""

import torch

from steering_worker.handlers.answer import Answer
from steering_worker.handlers.prompts import measured_tokens
from steering_worker.progress import Progress
from steering_worker.prompt import Prompt
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import Accessibility
from steering_worker.protocol.tensors import tensor_blob
from steering_worker.session import Session
from steering_worker.tokens import Measurable

#: If one answer's tokens are a prefix of the other's, no token distinguishes them.
NO_PARTING = "answers_do_not_part"


def accessibility(session: Session, body: Accessibility, request: Message, progress: Progress) -> Answer:
    held = session.held
    readable: dict[int, tuple[Prompt, tuple[int, int]]] = {}
    for number, (prompt, right, target) in enumerate(zip(body.prompts, body.right, body.target, strict=True)):
        found = _parting(measured_tokens(held.loaded, prompt, right), measured_tokens(held.loaded, prompt, target))
        if found is not None:
            readable[number] = found
    prompts, tokens = [prompt for prompt, _ in readable.values()], [pair for _, pair in readable.values()]
    readings = held.engine.logit_lens(prompts, tokens, progress)
    values = torch.zeros(len(body.prompts), held.loaded.layers, 4)
    for number, reading in zip(readable, readings, strict=True):
        values[number] = reading.transpose(1, 2).flatten(1)
    errors = [None if number in readable else NO_PARTING for number in range(len(body.prompts))]
    return Answer({"error": errors, "layers": held.loaded.layers}, (tensor_blob("accessibility", values),))


def _parting(right: Measurable, target: Measurable) -> tuple[Prompt, tuple[int, int]] | None:
    """The tokens with which both answers begin, and the next token of each; None if there is none."""
    ours = (*right.prompt.ids, *right.continuation)
    theirs = (*target.prompt.ids, *target.continuation)
    for i, pair in enumerate(zip(ours, theirs, strict=False)):
        if pair[0] != pair[1]:
            return Prompt(ours[:i], (False,) * i), pair
    return None
