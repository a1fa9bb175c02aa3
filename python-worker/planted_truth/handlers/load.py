"""`load` and `tokenize`: a truth in place of a model."""

import hashlib
import time
from pathlib import Path

from planted_truth.session import Session
from planted_truth.truth import load_truth
from planted_truth.words import BOS, EOS, chat_ids, split_words, word_ids
from steering_worker.handlers.answer import Answer
from steering_worker.progress import Progress
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import Load, Tokenize


def load(session: Session, body: Load, request: Message, progress: Progress) -> Answer:
    started = time.monotonic()
    if not session.holds(body.model):
        session.hold(body.model, load_truth(body.model.ref))
    truth = session.truth
    return Answer(
        {
            "model_class": "PlantedTruth",
            "parameters": truth.parameters,
            "layers": len(truth.layers),
            "d_model": truth.d_model,
            "vocab_size": truth.vocab_size,
            "device": "cpu",
            "dtype": "float32",
            "engine": "planted_truth",
            "engine_reason": "answers by known curves",
            "fallback": False,
            "flops_per_token": 2 * truth.parameters,
            "matmul_flops": None,
            "threads": body.model.threads or 1,
            "revision": None,
            "hashes": {
                **dict.fromkeys(("weights", "tokenizer", "chat_template"), session.sha256),
                "config": hashlib.sha256((Path(body.model.ref) / "config.json").read_bytes()).hexdigest(),
            },
            "resid_norms": [layer.resid_norm for layer in truth.layers] if body.norm_prompts else [],
            "load_seconds": time.monotonic() - started,
        }
    )


def tokenize(session: Session, body: Tokenize, request: Message, progress: Progress) -> Answer:
    vocab_size = load_truth(body.model.ref).truth.vocab_size
    texts = [
        {"ids": [BOS, *word_ids(text, vocab_size)], "tokens": ["<bos>", *split_words(text)]} for text in body.texts
    ]
    chats = [{"ids": chat_ids([message.content for message in chat], vocab_size)} for chat in body.chats]
    return Answer({"texts": texts, "chats": chats, "bos_id": BOS, "end_ids": [EOS]})
