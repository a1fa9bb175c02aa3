"""The sampler of every engine: tokens from logits by inverse CDF, with noise that belongs to the sample alone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray
from torch import Tensor

from steering_worker.engines.engine import Decoding


def uniforms(seed: int, sample_id: str, steps: int) -> NDArray[np.float64]:
    """One float64 in [0, 1) a step, a pure function of (seed, sample id, step).

    Philox keyed by the seed and the first 64 bits of the id's sha256; the upper 53 bits of each raw draw, so that no
    release of numpy changes them (NEP 19 freezes the raw stream only).
    """
    name = int.from_bytes(hashlib.sha256(sample_id.encode()).digest()[:8], "big")
    generator = np.random.Philox(key=np.array([seed, name], dtype=np.uint64))
    raw = np.asarray(generator.random_raw(steps), dtype=np.uint64)
    noise: NDArray[np.float64] = (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return noise


@dataclass(frozen=True)
class Settings:
    """Each row's temperature, top-k and top-p as columns, and which of them any row uses."""

    temperature: Float[Tensor, "batch 1"]
    top_k: Int[Tensor, "batch 1"]
    top_p: Float[Tensor, "batch 1"]
    greedy: Tensor
    all_greedy: bool
    any_greedy: bool
    largest_k: int
    any_nucleus: bool


def make_settings(decodings: Sequence[Decoding], vocab_size: int, device: torch.device) -> Settings:
    """Settings on the device that samples; top-k 0 (off) becomes the size of the vocabulary."""
    greedy = [d.temperature == 0 for d in decodings]
    top_k = [
        vocab_size if d.top_k == 0 or g else min(d.top_k, vocab_size) for d, g in zip(decodings, greedy, strict=True)
    ]
    top_p = [1.0 if g else d.top_p for d, g in zip(decodings, greedy, strict=True)]
    return Settings(
        temperature=torch.tensor([[d.temperature or 1.0] for d in decodings], dtype=torch.float32, device=device),
        top_k=torch.tensor(top_k, device=device)[:, None],
        top_p=torch.tensor(top_p, dtype=torch.float64, device=device)[:, None],
        greedy=torch.tensor(greedy, device=device),
        all_greedy=all(greedy),
        any_greedy=any(greedy),
        largest_k=max((k for k in top_k if k < vocab_size), default=0),
        any_nucleus=any(p < 1 for p in top_p),
    )


def sample(
    logits: Float[Tensor, "batch vocab"], settings: Settings, noise: Float[Tensor, " batch"]
) -> Int[Tensor, " batch"]:
    """The first token, in the order of ids, whose cumulative probability exceeds the row's uniform.

    Temperature, then top-k, then the nucleus (top-p), as Hugging Face orders them; tokens that tie with the last one
    kept are kept. The softmax is float32, its cumulative sum float64. Temperature 0 takes the largest logit. A row
    depends on no other row. Rows with non-finite logits come out arbitrary.
    """
    if settings.all_greedy:
        return logits.argmax(dim=-1)
    scaled = logits.to(torch.float32) / settings.temperature
    if settings.largest_k:
        scaled = _keep_top_k(scaled, settings)
    if settings.any_nucleus:
        scaled = _keep_nucleus(scaled, settings)
    cumulative = torch.softmax(scaled, dim=-1).cumsum(dim=-1, dtype=torch.float64)
    total = cumulative[:, -1:]
    wanted = torch.minimum(noise[:, None] * total, torch.nextafter(total, torch.zeros_like(total)))
    drawn = torch.searchsorted(cumulative, wanted, right=True)[:, 0].clamp(max=logits.shape[-1] - 1)
    return torch.where(settings.greedy, logits.argmax(dim=-1), drawn) if settings.any_greedy else drawn


def _keep_top_k(scaled: Tensor, settings: Settings) -> Tensor:
    best = torch.topk(scaled, settings.largest_k, dim=-1).values
    least = best.gather(1, (settings.top_k - 1).clamp(max=settings.largest_k - 1))
    limited = settings.top_k < scaled.shape[-1]
    return scaled.masked_fill(limited & (scaled < least), -torch.inf)


def _keep_nucleus(scaled: Tensor, settings: Settings) -> Tensor:
    """Sort no more candidates than top-k has left in the rows that ask for a nucleus."""
    asks = settings.top_p < 1
    left = torch.where(asks, torch.isfinite(scaled).sum(dim=-1, keepdim=True), 1)
    ordered = torch.topk(scaled, max(int(left.max()), 1), dim=-1).values
    shares = torch.softmax(ordered, dim=-1).to(torch.float64)
    before = shares.cumsum(dim=-1) - shares
    kept = (before < settings.top_p).sum(dim=-1, keepdim=True).clamp(min=1)
    least = ordered.gather(1, kept - 1)
    return scaled.masked_fill(asks & (scaled < least), -torch.inf)
