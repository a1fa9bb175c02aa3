"""`generate`: each sample's outcome is drawn by the planted rate of its condition."""

import time

from planted_truth.blobs import token_blobs
from planted_truth.responses import recognised, respond
from planted_truth.session import Session
from planted_truth.words import EOS, chat_ids, word_ids
from steering_worker.handlers.answer import Answer
from steering_worker.progress import Progress
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import Generate


def generate(session: Session, body: Generate, request: Message, progress: Progress) -> Answer:
    started = time.monotonic()
    truth, columns = session.truth, body.samples
    session.require_memory(columns.id)
    asked = [recognised(truth, prompt.messages) for prompt in body.prompts]
    lengths = [
        len(chat_ids([message.content for message in prompt.messages], truth.vocab_size)) for prompt in body.prompts
    ]
    conditions = session.conditions(body.edits, columns.edit, columns.strength)
    texts = []
    for i, sample in enumerate(columns.id):
        progress()
        greedy = body.decodings[columns.decoding[i]].temperature == 0
        texts.append(respond(conditions[i], asked[columns.prompt[i]], body.seed, sample, greedy))
    ids = [[*word_ids(text, truth.vocab_size), EOS] for text in texts]
    samples = {
        "text": texts,
        "stop": ["end"] * len(texts),
        "error": [None] * len(texts),
        "prompt_tokens": [lengths[index] for index in columns.prompt],
        "applied_norm": [
            None if condition.vector is None else abs(strength) * condition.vector.norm
            for condition, strength in zip(conditions, columns.strength, strict=True)
        ],
    }
    answer = {
        "samples": samples,
        "realised_rows": min(body.rows, len(texts)),
        "steps": max(map(len, ids)),
        "seconds": time.monotonic() - started,
        "stages": {
            "prefill_seconds": 0.0,
            "decode_seconds": time.monotonic() - started,
            "prefill_tokens": sum(lengths),
            "decode_tokens": sum(map(len, ids)),
        },
    }
    return Answer(answer, token_blobs(ids))
