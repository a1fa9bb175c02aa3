"""The engine's own forward pass over whole sequences."""

from dataclasses import dataclass

import torch
from jaxtyping import Complex, Float, Int
from torch import Tensor

from steering_worker.engines.batched.arithmetic import rms, rotated, weighted_rms
from steering_worker.engines.batched.folded_weights import FoldedBlock, FoldedWeights
from steering_worker.engines.masks import Padded, padded_masks
from steering_worker.engines.measuring.layered_model import Placed, Placing
from steering_worker.engines.reference.cache import KV
from steering_worker.engines.shape import Shape
from steering_worker.models.families.architecture import AttentionKind


@dataclass(eq=False)
class FoldedModel:
    """A `layered_model.LayeredModel` on folded weights."""

    shape: Shape
    weights: FoldedWeights

    def embed(self, ids: Int[Tensor, "..."]) -> Float[Tensor, "... d_model"]:
        return self.weights.embedding[ids] * self.weights.embedding_scale

    def start(self, padded: Padded) -> tuple[Float[Tensor, "batch pos d_model"], Placed]:
        masks = padded_masks(padded, self.shape.window, self.shape.dtype)
        turns = self.turns(padded.position_ids)
        return self.embed(padded.ids), Placed({kind: (masks[kind], turns[kind]) for kind in turns})

    def turns(self, positions: Int[Tensor, "..."]) -> dict[AttentionKind, Complex[Tensor, "... 1 half_d_head"]]:
        """The rotation of each pair of numbers in a head, as complex numbers, by kind of attention."""
        turns: dict[AttentionKind, Tensor] = {}
        for kind, rotary in self.weights.rotary.items():
            angles = positions[..., None].to(torch.float32) * rotary.inverse_frequencies
            turns[kind] = torch.polar(torch.full_like(angles, rotary.scaling), angles).unsqueeze(-2)
        return turns

    def blocks(
        self,
        resid: Float[Tensor, "batch pos d_model"],
        placed: Placed,
        first: int,
        stop: int,
        last: int | None = None,
    ) -> Float[Tensor, "batch pos d_model"]:
        for layer in range(first, stop):
            kind = self.weights.blocks[layer].kind
            resid, _ = self.block(layer, resid, placed.by_kind[kind], None, last if layer == stop - 1 else None)
        return resid

    def block(
        self,
        layer: int,
        resid: Float[Tensor, "batch pos d_model"],
        placing: Placing,
        past: KV | None,
        last: int | None,
    ) -> tuple[Float[Tensor, "batch pos d_model"], KV]:
        """The residual after one block and its keys and values, after those of `past` columns.

        Only the `last` columns are answered where that is given; the keys and values are always those of all.
        """
        weights = self.weights.blocks[layer]
        mask, turn = placing
        query, key, value = self.project(weights, resid, turn)
        query, key, value = query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2)
        if past is not None:
            key, value = torch.cat((past[0], key), dim=2), torch.cat((past[1], value), dim=2)
        if last is not None:
            resid, query, mask = resid[:, -last:], query[:, :, -last:], mask[:, :, -last:]
        mixed = _attend(query, key, value, mask)
        return self.finish(weights, resid, mixed), (key, value)

    def project(
        self, weights: FoldedBlock, resid: Float[Tensor, "batch pos d_model"], turn: Complex[Tensor, "batch pos 1 half"]
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values, `[batch, pos, heads, d_head]`, rotated, the attention's scale in the queries."""
        batch, length, size = resid.shape
        heads, kv_heads, eps = self.weights.heads, self.weights.kv_heads, self.weights.eps
        projected = weights.qkv.of(rms(resid, eps).view(batch * length, size))
        parts = projected.view(batch, length, heads + 2 * kv_heads, self.weights.d_head)
        turning = parts[:, :, : heads + kv_heads]
        if weights.qk_scale is not None:
            turning = weighted_rms(turning, weights.qk_scale, eps)
        turned = rotated(turning.to(torch.float32), turn).to(resid.dtype)
        return turned[:, :, :heads], turned[:, :, heads:], parts[:, :, heads + kv_heads :]

    def finish(
        self, weights: FoldedBlock, resid: Float[Tensor, "batch pos d_model"], mixed: Float[Tensor, "batch pos size"]
    ) -> Float[Tensor, "batch pos d_model"]:
        """The block from the attention's output on."""
        eps = self.weights.eps
        rows = mixed.shape[0] * mixed.shape[1]
        attended = weights.out.of(mixed.reshape(rows, -1)).view(resid.shape)
        resid = _plus(resid, _after(attended, weights.attention_norm, eps))
        normed = rms(resid, eps).view(rows, -1)
        hidden = weights.gate.activated(normed, self.weights.activation).mul_(weights.up.of(normed))
        return _plus(resid, _after(weights.down.of(hidden).view(resid.shape), weights.mlp_norm, eps))

    def unembed(self, resid: Float[Tensor, "... d_model"]) -> Float[Tensor, "... vocab"]:
        normed = weighted_rms(resid, self.weights.final_norm, self.weights.eps).to(resid.dtype)
        logits = normed @ self.weights.unembedding.t()
        return logits if self.weights.cap is None else torch.tanh(logits / self.weights.cap) * self.weights.cap


def _after(
    change: Float[Tensor, "... d_model"], norm: Float[Tensor, " d_model"] | None, eps: Float[Tensor, ""]
) -> Float[Tensor, "... d_model"]:
    """What a part of the block adds, normed if the family does so."""
    return change if norm is None else weighted_rms(change, norm, eps)


def _plus(resid: Float[Tensor, "..."], change: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """The sum in the residual's type; `change` may be overwritten."""
    return change.add_(resid).to(resid.dtype)


def _attend(
    query: Float[Tensor, "batch heads query d_head"],
    key: Float[Tensor, "batch kv_heads key d_head"],
    value: Float[Tensor, "batch kv_heads key d_head"],
    mask: Float[Tensor, "batch 1 query key"],
) -> Float[Tensor, "batch query heads*d_head"]:
    """The heads of a group side by side as queries, so that no key or value is repeated."""
    batch, heads, length, d_head = query.shape
    groups = key.shape[1]
    stacked = query.reshape(batch, groups, heads // groups * length, d_head)
    scores = torch.matmul(stacked, key.transpose(2, 3)).view(batch, heads, length, -1) + mask
    weights = torch.softmax(scores, dim=-1, dtype=torch.float32).to(query.dtype)
    mixed = torch.matmul(weights.view(batch, groups, heads // groups * length, -1), value)
    return mixed.view(batch, heads, length, d_head).transpose(1, 2).reshape(batch, length, -1)
