"""One token a place through the model."""

from collections.abc import Mapping

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from steering_worker.engines.batched.additive_tables import AdditiveTable
from steering_worker.engines.batched.folded_model import FoldedModel
from steering_worker.engines.batched.place_cache import PlaceCache
from steering_worker.engines.edit_groups import Edits


def step(
    model: FoldedModel,
    cache: PlaceCache,
    tables: Mapping[int, AdditiveTable],
    edits: Edits,
    numbers: Int[Tensor, " places"],
    places: Int[Tensor, " places"],
    token: Int[Tensor, " places"],
    position: Int[Tensor, " places"],
    alive: Bool[Tensor, " places"],
    columns: int,
) -> Float[Tensor, "places d_model"]:
    """The residual after the last block of tokens at positions below `columns`.

    Every shape follows from `places` and `columns`, nothing is asked of the device, and nothing branches on data.
    """
    weights = model.weights
    live, groups = len(token), weights.heads // weights.kv_heads
    resid = model.embed(token)[:, None]
    turns = model.turns(position[:, None])
    hidden = _additive(torch.arange(columns, device=token.device) > position[:, None], resid.dtype)
    for layer, block in enumerate(weights.blocks):
        query, key, value = model.project(block, resid, turns[block.kind])
        cache.write(layer, places, position, key[:, 0], value[:, 0])
        keys, values = cache.read(layer, live, columns)
        grouped = query.reshape(live * weights.kv_heads, groups, weights.d_head)
        seen = hidden[..., : keys.shape[3]].expand(live, weights.kv_heads, groups, -1).flatten(0, 1)
        scores = torch.baddbmm(seen, grouped, keys.flatten(0, 1))
        shares = torch.softmax(scores, dim=-1, dtype=torch.float32).to(resid.dtype)
        mixed = torch.bmm(shares, values.flatten(0, 1)).view(live, 1, -1)
        resid = model.finish(block, resid, mixed)
        if layer in tables:
            resid, norm = tables[layer].add(resid)
            edits.changed.index_add_(0, numbers, torch.where(alive, norm, 0))
        resid = edits(layer, resid)
    return resid[:, 0]


def _additive(hidden: Bool[Tensor, "places columns"], dtype: torch.dtype) -> Float[Tensor, "places 1 1 columns"]:
    return torch.zeros(hidden.shape, dtype=dtype, device=hidden.device).masked_fill(hidden, torch.finfo(dtype).min)[
        :, None, None
    ]
