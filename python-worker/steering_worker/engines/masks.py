"""Additive attention masks by layer type, and the positions that an edit may touch."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from steering_worker.engines.engine import Positions
from steering_worker.models.families.architecture import AttentionKind
from steering_worker.prompt import Prompt

#: Mask of each kind of attention.
Masks = dict[AttentionKind, Float[Tensor, "batch 1 query key"]]


@dataclass(frozen=True)
class Padded:
    """Sequences padded on the left to one width, with the positions that each has when alone."""

    ids: Int[Tensor, "batch pos"]
    position_ids: Int[Tensor, "batch pos"]
    lengths: tuple[int, ...]


def pad_left(sequences: Sequence[Sequence[int]], pad_id: int, device: torch.device) -> Padded:
    lengths = tuple(len(ids) for ids in sequences)
    width = max(lengths)
    ids = torch.tensor([[pad_id] * (width - len(ids)) + list(ids) for ids in sequences], device=device)
    starts = width - torch.tensor(lengths, device=device)[:, None]
    position_ids = (torch.arange(width, device=device) - starts).clamp(min=0)
    return Padded(ids, position_ids, lengths)


def padded_masks(padded: Padded, window: int | None, dtype: torch.dtype) -> Masks:
    """Each real position sees the real ones up to itself; sliding layers only the last `window` of them."""
    device = padded.ids.device
    width = padded.ids.shape[1]
    column = torch.arange(width, device=device)
    real = column >= width - torch.tensor(padded.lengths, device=device)[:, None]
    seen = (column <= column[:, None]) & real[:, None, :]
    near = seen if window is None or window >= width else seen & (column > column[:, None] - window)
    return _by_kind(seen[:, None], near[:, None], dtype)


def step_masks(position: Int[Tensor, " batch"], columns: int, window: int | None, dtype: torch.dtype) -> Masks:
    """Masks of one new token for each row, where column j holds the row's position j."""
    column = torch.arange(columns, device=position.device)
    seen = column <= position[:, None]
    near = seen if window is None or window >= columns else seen & (column > position[:, None] - window)
    return _by_kind(seen[:, None, None], near[:, None, None], dtype)


def _by_kind(seen: Tensor, near: Tensor, dtype: torch.dtype) -> Masks:
    full = _additive(seen, dtype)
    return {"full_attention": full, "sliding_attention": full if near is seen else _additive(near, dtype)}


def _additive(visible: Tensor, dtype: torch.dtype) -> Tensor:
    zero = torch.zeros((), dtype=dtype, device=visible.device)
    return torch.where(visible, zero, torch.full_like(zero, torch.finfo(dtype).min))


def edited_positions(prompt: Prompt, positions: Positions, bos_id: int, continuation: int) -> Bool[Tensor, " pos"]:
    """Which positions of a prompt and the `continuation` tokens after it an edit touches; never the first `<bos>`."""
    length = len(prompt.ids)
    touched = torch.zeros(length + continuation, dtype=torch.bool)
    if positions == "all":
        touched[:] = True
    elif positions == "prompt":
        touched[:length] = True
    elif positions == "content":
        touched[:length] = torch.tensor(prompt.content, dtype=torch.bool)
    else:
        touched[length - 1 :] = True
    if prompt.ids[0] == bos_id:
        touched[0] = False
    return touched


def continues(positions: Positions) -> bool:
    """Whether the tokens after the prompt are edited."""
    return positions in ("all", "generated")
