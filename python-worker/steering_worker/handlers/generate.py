"""`generate`: a block of samples."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from itertools import accumulate, chain
from typing import Any

import torch

from steering_worker.engines.engine import Decoding, Generated, Row
from steering_worker.errors import WorkerError
from steering_worker.handlers.answer import Answer
from steering_worker.handlers.applied_edits import applied_edits
from steering_worker.handlers.prompts import chat_prompts
from steering_worker.progress import Progress
from steering_worker.prompt import Prompt
from steering_worker.protocol.frames import Blob, Message
from steering_worker.protocol.messages import Generate
from steering_worker.protocol.tensors import tensor_blob
from steering_worker.session import Session
from steering_worker.tokens import cut_at_stop, decode_text


def generate(session: Session, body: Generate, request: Message, progress: Progress) -> Answer:
    started = time.monotonic()
    held = session.held
    prompts = chat_prompts(held.loaded, [prompt.messages for prompt in body.prompts])
    edits = applied_edits(session, body.edits)
    decodings = [Decoding(d.temperature, d.top_k, d.top_p, d.max_tokens, tuple(d.stop)) for d in body.decodings]
    columns = body.samples
    rows = [
        Row(
            id=columns.id[i],
            prompt=prompts[columns.prompt[i]],
            edit=None if columns.edit[i] == -1 else edits[columns.edit[i]],
            strength=columns.strength[i],
            decoding=decodings[columns.decoding[i]],
        )
        for i in range(len(columns.id))
    ]
    _check_lengths(rows, held.loaded.architecture.max_positions)
    block = held.engine.generate(rows, body.rows, body.seed, progress)
    samples: dict[str, Any] = {
        "text": [_text(held.loaded.tokenizer, row, made) for row, made in zip(rows, block.rows, strict=True)],
        "stop": [made.stop for made in block.rows],
        "error": [made.error for made in block.rows],
        "prompt_tokens": [len(row.prompt.ids) for row in rows],
        "applied_norm": [made.applied_norm for made in block.rows],
    }
    answer = {
        "samples": samples,
        "realised_rows": block.realised_rows,
        "steps": block.steps,
        "seconds": time.monotonic() - started,
        "stages": asdict(block.stages),
    }
    return Answer(answer, token_blobs([made.token_ids for made in block.rows]))


def token_blobs(sequences: Sequence[Sequence[int]]) -> tuple[Blob, Blob]:
    """`token_ids` (int32, concatenated) and `token_offsets` (int64, n + 1)."""
    offsets = list(accumulate((len(ids) for ids in sequences), initial=0))
    return (
        tensor_blob("token_ids", torch.tensor(list(chain.from_iterable(sequences)), dtype=torch.int32)),
        tensor_blob("token_offsets", torch.tensor(offsets, dtype=torch.int64)),
    )


def _text(tokenizer: Any, row: Row, made: Generated) -> str:
    text = decode_text(tokenizer, made.token_ids)
    return cut_at_stop(text, row.decoding.stop) if made.stop == "stop" else text


def _check_lengths(rows: Sequence[Row], limit: int) -> None:
    longest = max(rows, key=lambda row: len(row.prompt.ids) + row.decoding.max_tokens)
    prompt: Prompt = longest.prompt
    if len(prompt.ids) + longest.decoding.max_tokens > limit:
        raise WorkerError(
            "prompt_too_long",
            f"A prompt of {len(prompt.ids)} tokens and max_tokens {longest.decoding.max_tokens} exceed the "
            f"{limit} positions of the model.",
            "Shorten the prompt or lower max_tokens.",
        )
