"""nnsight: the output of the block replaced in a traced `generate`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from benchmarks.contestant import Context, Opened
from benchmarks.contestants.steered_generate import contestant, load_model, settings


def open_contestant(context: Context) -> Opened:
    """Hugging Face's model wrapped as `LanguageModel`."""
    from nnsight import LanguageModel
    from transformers import AutoTokenizer

    model: Any = LanguageModel(load_model(context), tokenizer=AutoTokenizer.from_pretrained(context.folder))
    layer, vector = context.sweep.shape.layer, torch.tensor(context.sweep.vector)
    now: dict[str, Any] = {}

    @contextmanager
    def steered(strength: Tensor | float) -> Iterator[None]:
        now["added"] = strength[:, None, None] * vector if isinstance(strength, Tensor) else strength * vector
        yield

    def generate(ids: Tensor, tokens: int, sample: bool = True) -> Tensor:
        added, given = now["added"], {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        # nnsight reads this block's source and runs it inside the model.
        with model.generate(given, **settings(tokens, sample)) as tracer:
            for _ in tracer.iter[0:tokens]:
                model.model.layers[layer].output = model.model.layers[layer].output + added
            out = tracer.result.save()
        result: Tensor = out
        return result

    return contestant(context, generate, steered)
