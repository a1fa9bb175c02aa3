"""`residuals`: the unedited model's residuals after given blocks, for texts and chats."""

import torch
from torch import Tensor

from steering_worker.engines.engine import Progress
from steering_worker.errors import WorkerError
from steering_worker.handlers.answer import Answer
from steering_worker.handlers.prompts import chat_prompts, check_ids
from steering_worker.methods.contrasts import statement_positions
from steering_worker.prompt import Prompt
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import Residuals
from steering_worker.protocol.tensors import tensor_blob
from steering_worker.session import Session
from steering_worker.tokens import statement_prompt


def residuals(session: Session, body: Residuals, request: Message, progress: Progress) -> Answer:
    held = session.held
    for layer in body.layers:
        session.check_layer(layer)
    if body.position == "word" and body.chats:
        raise WorkerError(
            "bad_request", "The position `word` applies to texts, not to chats.", "Send the words as texts."
        )
    if not body.texts and not body.chats:
        raise WorkerError("bad_request", "The request `residuals` names no text and no chat.", "Send at least one.")
    prompts, indices = [], []
    for text in body.texts:
        if body.position == "word":
            ((ids, index),) = statement_positions(held.loaded.tokenizer, [text], "word")
            prompt = Prompt(ids, (False, *[True] * (len(ids) - 1)))
        else:
            prompt = statement_prompt(held.loaded.tokenizer, text)
            index = len(prompt.ids) - 1
        check_ids(held.loaded, prompt.ids)
        prompts.append(prompt)
        indices.append(index)
    chats = chat_prompts(held.loaded, body.chats)
    prompts += chats
    indices += [len(prompt.ids) - 1 for prompt in chats]
    sources = [f"texts[{i}]" for i in range(len(body.texts))] + [f"chats[{i}]" for i in range(len(chats))]
    read = held.engine.residuals(prompts, body.layers, progress)
    rows = [_select(tensor, body.position, index) for tensor, index in zip(read, indices, strict=True)]
    return Answer(
        {"rows": [{"source": s, "n_positions": len(row)} for s, row in zip(sources, rows, strict=True)]},
        (tensor_blob("residuals", torch.cat(rows)),),
    )


def _select(residual: Tensor, position: str, index: int) -> Tensor:
    """`[positions, layers, d_model]`; `mean` and `all` leave out `<bos>`."""
    if position == "all":
        return residual[1:]
    if position == "mean":
        return residual[1:].mean(dim=0, keepdim=True)
    return residual[index : index + 1]
