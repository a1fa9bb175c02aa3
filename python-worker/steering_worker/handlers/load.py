"""`load`: a model into memory, and the median residual norm after each of its blocks."""

import sys
import time
from typing import Any

import torch

from steering_worker.engines.made_engine import ModelSource
from steering_worker.engines.registry import make_engine
from steering_worker.engines.speed.matmul_rate import matmul_rate
from steering_worker.engines.speed.matrices import flops_per_token, matrices
from steering_worker.handlers.answer import Answer
from steering_worker.handlers.norms import median_norms_of_prompts
from steering_worker.handlers.prompts import chat_prompts
from steering_worker.progress import Progress
from steering_worker.protocol.frames import Message
from steering_worker.protocol.messages import Load, ModelReference
from steering_worker.session import Held, Session


def load(session: Session, body: Load, request: Message, progress: Progress) -> Answer:
    started = time.monotonic()
    reference = body.model
    if not session.use(reference):
        session.make_room()
        session.hold(_make(reference, progress))
    held = session.held
    loaded = held.loaded
    norms: tuple[float, ...] = ()
    if body.norm_prompts:
        prompts = tuple(chat_prompts(loaded, body.norm_prompts))
        if prompts not in held.norms:
            held.norms[prompts] = tuple(median_norms_of_prompts(held.engine, prompts, range(loaded.layers), progress))
        norms = held.norms[prompts]
    answer: dict[str, Any] = {
        "model_class": loaded.model_class,
        "parameters": loaded.parameters,
        "layers": loaded.layers,
        "d_model": loaded.d_model,
        "vocab_size": loaded.vocab_size,
        "device": str(loaded.device),
        "dtype": str(loaded.dtype).removeprefix("torch."),
        "engine": held.engine.name,
        "engine_reason": held.engine_reason,
        "fallback": held.fallback,
        "threads": torch.get_num_threads(),
        "flops_per_token": held.flops_per_token,
        "matmul_flops": held.matmul_flops,
        "revision": loaded.revision,
        "hashes": dict(loaded.hashes),
        "resid_norms": list(norms),
        "load_seconds": time.monotonic() - started,
    }
    return Answer(answer)


def _make(reference: ModelReference, progress: Progress) -> Held:
    source = ModelSource(reference.ref, reference.revision, reference.device, reference.dtype)
    made = make_engine(source, reference.engine, progress)
    if made.fallback:
        print(f"Running `{reference.ref}` on {made.engine.name}: {made.reason}", file=sys.stderr, flush=True)
    loaded = made.loaded
    return Held(
        reference,
        loaded,
        made.engine,
        made.reason,
        made.fallback,
        flops_per_token(loaded.architecture),
        matmul_rate(matrices(loaded.architecture), loaded.dtype, loaded.device),
    )
