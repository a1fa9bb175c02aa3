"""The sampler of every engine: tokens from logits by inverse CDF, with noise that belongs to the sample alone."""

import hashlib
import math
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
class Kinds:
    """What any row of a block asks for: decided on the host, once a block, so that sampling asks the device nothing.

    `candidates` is how many of the best tokens are looked at where a row limits them; 0 where none does.
    """

    all_greedy: bool
    any_greedy: bool
    any_top_k: bool
    any_nucleus: bool
    candidates: int


def kinds_of(decodings: Sequence[Decoding], vocab_size: int) -> Kinds:
    drawn = [d for d in decodings if d.temperature != 0]
    limits = [min(d.top_k or vocab_size, vocab_size) for d in drawn if 0 < d.top_k < vocab_size or d.top_p < 1]
    return Kinds(
        all_greedy=not drawn,
        any_greedy=len(drawn) < len(decodings),
        any_top_k=any(0 < d.top_k < vocab_size for d in drawn),
        any_nucleus=any(d.top_p < 1 for d in drawn),
        candidates=max(limits, default=0),
    )


@dataclass(frozen=True)
class Settings:
    """Each row's temperature (0 is greedy), top-k (the vocabulary's size: off) and top-p (1: off)."""

    temperature: Float[Tensor, " batch"]
    top_k: Int[Tensor, " batch"]
    top_p: Float[Tensor, " batch"]


def make_settings(decodings: Sequence[Decoding], vocab_size: int, device: torch.device) -> Settings:
    greedy = [d.temperature == 0 for d in decodings]
    top_k = [
        vocab_size if d.top_k == 0 or g else min(d.top_k, vocab_size) for d, g in zip(decodings, greedy, strict=True)
    ]
    top_p = [1.0 if g else d.top_p for d, g in zip(decodings, greedy, strict=True)]
    return Settings(
        temperature=torch.tensor([d.temperature for d in decodings], dtype=torch.float32, device=device),
        top_k=torch.tensor(top_k, device=device),
        top_p=torch.tensor(top_p, dtype=torch.float64, device=device),
    )


def sample(
    logits: Float[Tensor, "batch vocab"], settings: Settings, kinds: Kinds, noise: Float[Tensor, " batch"]
) -> Int[Tensor, " batch"]:
    """The first token, in the order of ids, whose cumulative probability exceeds the row's uniform.

    Temperature, then top-k, then the nucleus (top-p), as Hugging Face orders them; tokens that tie with the last one
    kept are kept. The softmax is float32, its cumulative sums float64. Temperature 0 takes the largest logit. A row
    depends on no other row, and nothing waits for the device. Rows with non-finite logits come out arbitrary.
    """
    if kinds.all_greedy:
        return logits.argmax(dim=-1)
    greedy = settings.temperature == 0
    scaled = logits.to(torch.float32) / torch.where(greedy, 1.0, settings.temperature)[:, None]
    if kinds.candidates:
        scaled = scaled.masked_fill(scaled < _least_kept(scaled, settings, kinds), -torch.inf)
    drawn = _inverse_cdf(torch.softmax(scaled, dim=-1), noise)
    return torch.where(greedy, logits.argmax(dim=-1), drawn) if kinds.any_greedy else drawn


def _inverse_cdf(shares: Float[Tensor, "batch vocab"], noise: Float[Tensor, " batch"]) -> Int[Tensor, " batch"]:
    """The stretch of tokens in which the uniform falls, then the token in it: a pass over the sums of the stretches
    and one over a single stretch, where a cumulative sum over the vocabulary would be the dearest part of the step.
    """
    batch, vocab = shares.shape
    stretches = shares.view(batch, -1, _stretch(vocab))
    ends = stretches.sum(dim=-1, dtype=torch.float64).cumsum(dim=-1)
    wanted = _below(noise[:, None] * ends[:, -1:], ends[:, -1:])
    stretch = torch.searchsorted(ends, wanted, right=True).clamp(max=ends.shape[1] - 1)
    before = torch.where(stretch > 0, ends.gather(1, (stretch - 1).clamp(min=0)), 0)
    chosen = stretches.gather(1, stretch[:, :, None].expand(-1, -1, stretches.shape[2]))[:, 0]
    inside = chosen.cumsum(dim=-1, dtype=torch.float64)
    within = torch.searchsorted(inside, _below(wanted - before, inside[:, -1:]), right=True)
    return (stretch * stretches.shape[2] + within.clamp(max=stretches.shape[2] - 1))[:, 0]


def _below(value: Float[Tensor, "batch 1"], limit: Float[Tensor, "batch 1"]) -> Float[Tensor, "batch 1"]:
    """At most the number before `limit`, so that rounding never reaches past the last token that has a share."""
    return torch.minimum(value, torch.nextafter(limit, torch.zeros_like(limit)))


def _stretch(vocab: int) -> int:
    """The largest power of two that divides the vocabulary, up to about its root."""
    return math.gcd(vocab, 1 << (vocab.bit_length() // 2))


def _least_kept(scaled: Float[Tensor, "batch vocab"], settings: Settings, kinds: Kinds) -> Float[Tensor, "batch 1"]:
    """The least logit that top-k and the nucleus keep; -inf where neither limits the row."""
    vocab = scaled.shape[-1]
    best = torch.topk(scaled, kinds.candidates, dim=-1).values
    limit = settings.top_k[:, None].clamp(max=kinds.candidates)
    if kinds.any_nucleus:
        within = torch.arange(kinds.candidates, device=best.device) < limit
        shares = torch.softmax(best.masked_fill(~within, -torch.inf), dim=-1).to(torch.float64)
        before = shares.cumsum(dim=-1) - shares
        kept = ((before < settings.top_p[:, None]) & within).sum(dim=-1, keepdim=True).clamp(min=1)
        limit = torch.where(settings.top_p[:, None] < 1, kept, limit)
    limited = (settings.top_k[:, None] < vocab) | (settings.top_p[:, None] < 1)
    return torch.where(limited, best.gather(1, limit - 1), -torch.inf)
