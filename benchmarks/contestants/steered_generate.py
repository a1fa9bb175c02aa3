"""What every tool around Hugging Face's `generate` shares: the model, the rows and the settings of decoding."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from benchmarks.contestant import Context, Mode, Repetition, Run

#: Runs a batch with the given strengths, one for each row, or one for all.
Steered = Callable[[Tensor | float], AbstractContextManager[Any]]


@dataclass(frozen=True)
class Generating:
    """A contestant of `generate(ids, **settings)` under steering."""

    runs: dict[Mode, Run]
    context: Context
    generate: Callable[..., Tensor]
    steered: Steered

    def greedy(self, strength: float, tokens: int) -> list[list[int]]:
        ids = torch.tensor(self.context.sweep.prompts)
        with torch.no_grad(), self.steered(strength):
            out = self.generate(ids, tokens=tokens, sample=False)
        rows: list[list[int]] = out[:, ids.shape[1] :].tolist()
        return rows


def load_model(context: Context) -> Any:
    """Hugging Face's model; ends nowhere, so that every row has its full length."""
    from transformers import Gemma3ForCausalLM

    torch.set_num_threads(context.threads)
    model = Gemma3ForCausalLM.from_pretrained(context.folder, dtype=torch.float32).eval()
    model.generation_config.eos_token_id = None
    model.generation_config.pad_token_id = 0
    return model


def settings(tokens: int, sample: bool) -> dict[str, Any]:
    """Plain sampling at temperature 1 of exactly so many tokens."""
    plain = {"do_sample": True, "temperature": 1.0, "top_k": 0, "top_p": 1.0} if sample else {"do_sample": False}
    return {
        **plain,
        "max_new_tokens": tokens,
        "min_new_tokens": tokens,
        "use_cache": True,
        "eos_token_id": None,
        "pad_token_id": 0,
    }


def hugging_face_generate(model: Any) -> Callable[..., Tensor]:
    """`model.generate` on rows without padding."""

    def generate(ids: Tensor, tokens: int, sample: bool = True) -> Tensor:
        out: Tensor = model.generate(ids, attention_mask=torch.ones_like(ids), **settings(tokens, sample))
        return out

    return generate


def contestant(context: Context, generate: Callable[..., Tensor], steered: Steered) -> Generating:
    """A contestant in every mode, from one way to generate and one way to steer."""
    sampled, tokens = torch.tensor(context.sweep.sampled), context.sweep.tokens

    def batch(ids: Tensor, strength: Tensor | float) -> int:
        with torch.no_grad(), steered(strength):
            out = generate(ids, tokens=tokens)
        return int(out.shape[0] * (out.shape[1] - ids.shape[1]))

    def alone(strengths: Sequence[float]) -> Repetition:
        rows = range(context.sweep.shape.alone)
        return Repetition(sum(batch(sampled[n % len(sampled)][None], strengths[n % len(strengths)]) for n in rows))

    def by_strength(strengths: Sequence[float]) -> Repetition:
        return Repetition(sum(batch(sampled, strength) for strength in strengths))

    def whole(strengths: Sequence[float]) -> Repetition:
        rows = torch.tensor(list(strengths)).repeat_interleave(len(sampled))
        return Repetition(batch(sampled.repeat(len(strengths), 1), rows))

    return Generating({"alone": alone, "strength": by_strength, "whole": whole}, context, generate, steered)
