"""A model's weights, folded for the forward pass of the engine `batched`."""

from dataclasses import dataclass
from typing import Any, cast

import torch
from jaxtyping import Float
from torch import Tensor

from steering_worker.engines.batched.matrix import Matrix, make_matrix
from steering_worker.engines.reference.decoder_blocks import decoder_of, original
from steering_worker.models.families.architecture import Activation, Architecture, AttentionKind


@dataclass(frozen=True)
class FoldedBlock:
    """One block. The matrices hold the weights of the norms before them; the weights of the other norms are float32.

    `qk_scale` holds the weights of the query and key norms, the attention's scale included; without such norms it is
    None, and the scale is in `qkv`. The numbers of a query's or key's head lie in pairs: those that rotary embedding
    turns together side by side. A norm that the family does not have is None.
    """

    qkv: Matrix
    out: Matrix
    gate: Matrix
    up: Matrix
    down: Matrix
    qk_scale: Float[Tensor, "heads_and_kv_heads d_head"] | None
    attention_norm: Float[Tensor, " d_model"] | None
    mlp_norm: Float[Tensor, " d_model"] | None
    kind: AttentionKind


@dataclass(frozen=True)
class Rotary:
    """Of one kind of attention: inverse frequencies and the factor of the angles' cosines and sines."""

    inverse_frequencies: Float[Tensor, " half_d_head"]
    scaling: float


@dataclass(frozen=True)
class FoldedWeights:
    """`embedding` is shared with the unembedding where they are tied; hence the final norm's weight stays apart."""

    embedding: Float[Tensor, "vocab d_model"]
    embedding_scale: float
    unembedding: Float[Tensor, "vocab d_model"]
    final_norm: Float[Tensor, " d_model"]
    blocks: tuple[FoldedBlock, ...]
    rotary: dict[AttentionKind, Rotary]
    activation: Activation
    heads: int
    kv_heads: int
    d_head: int
    eps: Float[Tensor, ""]
    cap: float | None

    @property
    def kinds(self) -> tuple[AttentionKind, ...]:
        """Each block's kind of attention."""
        return tuple(block.kind for block in self.blocks)


def take_weights(model: Any, architecture: Architecture, pack: bool) -> FoldedWeights:
    """Fold the weights of a Hugging Face model, and empty each of its modules as soon as it is folded.

    `pack`: whether matrices are packed (`matrix.packs`).

    No more than one copy of the weights and one block are in memory at any time, and one matrix in float32 where the
    weights are of another type; `model` is of no use afterwards.
    """
    decoder = decoder_of(model, architecture)
    embed, head = original(decoder.embed_tokens), original(model.lm_head)
    embedding = embed.weight.detach()
    tied = head.weight.data_ptr() == embedding.data_ptr()
    weights = FoldedWeights(
        embedding=embedding,
        # In the type of the embedding, as Hugging Face multiplies.
        embedding_scale=float(torch.tensor(architecture.embedding_scale).to(embedding.dtype)),
        unembedding=embedding if tied else head.weight.detach(),
        final_norm=_norm(original(decoder.norm), architecture),
        blocks=tuple(
            _fold(original(block), kind, architecture, pack)
            for block, kind in zip(decoder.layers, architecture.attention, strict=True)
        ),
        rotary={
            kind: _rotary(original(decoder.rotary_emb), kind, architecture)
            for kind in sorted(set(architecture.attention))
        },
        activation=cast(Activation, architecture.activation),
        heads=architecture.heads,
        kv_heads=architecture.kv_heads,
        d_head=architecture.d_head,
        eps=torch.tensor(architecture.eps, dtype=torch.float32, device=embedding.device),
        cap=architecture.logit_cap,
    )
    _empty(model)
    return weights


def _fold(block: Any, kind: AttentionKind, architecture: Architecture, pack: bool) -> FoldedBlock:
    attention, mlp, names = block.self_attn, block.mlp, architecture.norms
    dtype = attention.q_proj.weight.dtype
    before_attention, before_mlp = (
        _norm(getattr(block, name), architecture) for name in (names.before_attention, names.before_mlp)
    )
    after_attention, after_mlp = (
        None if name is None else _norm(getattr(block, name), architecture)
        for name in (names.after_attention, names.after_mlp)
    )
    folded = FoldedBlock(
        qkv=make_matrix(
            _joined(attention, "weight", architecture).mul_(before_attention),
            dtype,
            pack,
            _joined(attention, "bias", architecture) if "qkv" in architecture.biases else None,
        ),
        out=make_matrix(attention.o_proj.weight, dtype, pack),
        gate=make_matrix(_float(mlp.gate_proj.weight) * before_mlp, dtype, pack),
        up=make_matrix(_float(mlp.up_proj.weight) * before_mlp, dtype, pack),
        down=make_matrix(mlp.down_proj.weight, dtype, pack),
        qk_scale=_qk_scale(attention, architecture),
        attention_norm=after_attention,
        mlp_norm=after_mlp,
        kind=kind,
    )
    _empty(block)
    return folded


def _joined(attention: Any, part: str, architecture: Architecture) -> Float[Tensor, "queries_keys_values ..."]:
    """A copy of the weights or biases of queries, keys and values in float32."""
    queries, keys = (
        _in_pairs(_float(getattr(one, part)), architecture.d_head) for one in (attention.q_proj, attention.k_proj)
    )
    if architecture.norms.query is None:
        queries = queries * architecture.attention_scale
    return torch.cat([queries, keys, _float(getattr(attention.v_proj, part))])


def _qk_scale(attention: Any, architecture: Architecture) -> Float[Tensor, "heads_and_kv_heads d_head"] | None:
    query, key = architecture.norms.query, architecture.norms.key
    if query is None or key is None:
        return None
    query_norm, key_norm = (
        _in_pairs(_norm(getattr(attention, name), architecture), architecture.d_head) for name in (query, key)
    )
    scaled = (query_norm * architecture.attention_scale).expand(architecture.heads, -1)
    return torch.cat([scaled, key_norm.expand(architecture.kv_heads, -1)])


def _in_pairs(weight: Float[Tensor, "heads*d_head ..."], d_head: int) -> Float[Tensor, "heads*d_head ..."]:
    """Each number of a head's first half followed by its fellow of the second half."""
    halves = weight.view(-1, 2, d_head // 2, *weight.shape[1:])
    return halves.transpose(1, 2).reshape(weight.shape)


def _float(weight: Tensor) -> Tensor:
    return weight.detach().to(torch.float32)


def _norm(norm: Any, architecture: Architecture) -> Float[Tensor, " size"]:
    return architecture.norm_offset + _float(norm.weight)


def _rotary(rotary: Any, kind: AttentionKind, architecture: Architecture) -> Rotary:
    prefix = f"{kind}_" if architecture.rotary_by_kind else ""
    frequencies = getattr(rotary, f"{prefix}inv_freq").detach().to(torch.float32).clone()
    return Rotary(frequencies, float(getattr(rotary, f"{prefix}attention_scaling")))


def _empty(module: Any) -> None:
    for parameter in module.parameters():
        parameter.data = parameter.data.new_empty(0)
