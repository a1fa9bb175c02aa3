"""Eager attention for grouped queries that repeats no keys or values."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor
from transformers import AttentionInterface

NAME = "steering_grouped_eager"


def grouped_eager_attention(
    module: Any,
    query: Float[Tensor, "batch heads query d_head"],
    key: Float[Tensor, "batch kv_heads key d_head"],
    value: Float[Tensor, "batch kv_heads key d_head"],
    attention_mask: Float[Tensor, "batch 1 query key"],
    scaling: float,
    **_: Any,
) -> tuple[Float[Tensor, "batch query heads d_head"], None]:
    """What Hugging Face's eager attention computes, with the heads of a group side by side as queries.

    Its `repeat_kv` copies every cached key and value at every step; here they are read where they lie. The signature
    is that of `transformers.AttentionInterface`.
    """
    batch, heads, length, d_head = query.shape
    groups = key.shape[1]
    stacked = query.reshape(batch, groups, heads // groups * length, d_head)
    scores = torch.matmul(stacked, key.transpose(2, 3)).view(batch, heads, length, -1) * scaling + attention_mask
    weights = torch.softmax(scores, dim=-1, dtype=torch.float32).to(query.dtype)
    mixed = torch.matmul(weights.view(batch, groups, heads // groups * length, -1), value)
    return mixed.view(batch, heads, length, d_head).transpose(1, 2).contiguous(), None


def register() -> None:
    """Register it with transformers; registering again changes nothing."""
    AttentionInterface.register(NAME, grouped_eager_attention)
