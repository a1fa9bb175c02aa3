"""Prompts through the model, once for all rows that share one under the same edit at the same strength."""

from collections.abc import Hashable, Sequence

import torch
from torch import Tensor

from steering_worker.engines.decoding.running_batch import Prefilled
from steering_worker.engines.edit_groups import EditedRow, Edits
from steering_worker.engines.engine import Row
from steering_worker.engines.masks import edited_positions, pad_left, padded_masks
from steering_worker.engines.reference.cache import PrefillCache
from steering_worker.engines.reference.hooked_model import HookedModel


def prefill_key(row: Row) -> Hashable:
    """Equal for rows whose prompts come out of the model the same."""
    return (row.prompt, None) if row.edit is None else (row.prompt, id(row.edit), row.strength)


def prefill(model: HookedModel, edits: Edits, first_counter: int, rows: Sequence[Row]) -> list[Prefilled]:
    """One forward pass; `edits` counts from `first_counter` on meanwhile and is left without groups."""
    shape = model.shape
    padded = pad_left([row.prompt.ids for row in rows], shape.pad_id, shape.device)
    width = padded.ids.shape[1]
    touched = [
        None if row.edit is None else edited_positions(row.prompt, row.edit.positions, shape.bos_id, 0) for row in rows
    ]
    edits.set(
        [
            EditedRow(i, row.edit, row.strength, widened(mask, width), first_counter + i)
            for i, (row, mask) in enumerate(zip(rows, touched, strict=True))
            if row.edit is not None and mask is not None and bool(mask.any())
        ]
    )
    cache = PrefillCache()
    masks = padded_masks(padded, shape.window, shape.dtype)
    logits = model.forward(padded.ids, padded.position_ids, masks, cache, 1)[:, -1]
    edits.set([])
    changed = edits.take(range(first_counter, first_counter + len(rows)))
    return [
        Prefilled(cache, i, padded.lengths[i], logits[i], changed[i], 0 if mask is None else int(mask.sum()))
        for i, mask in enumerate(touched)
    ]


def widened(mask: Tensor, width: int) -> Tensor:
    """A mask of positions padded on the left."""
    return torch.nn.functional.pad(mask, (width - len(mask), 0), value=False)
