"""Gemma 3's text weights, folded for the forward pass of the engine `batched`."""

from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from steering_worker.engines.batched.matrix import Matrix, make_matrix
from steering_worker.engines.reference.decoder_blocks import original


@dataclass(frozen=True)
class FoldedBlock:
    """One block. The matrices hold the weights of the norms before them; the weights of the other norms are float32.

    `qk_scale` holds 1 + w of the query and key norms, the attention's scale included. The numbers of a query's or key's
    head lie in pairs: those that rotary embedding turns together side by side.
    """

    qkv: Matrix
    out: Matrix
    gate: Matrix
    up: Matrix
    down: Matrix
    qk_scale: Float[Tensor, "heads_and_kv_heads d_head"]
    attention_norm: Float[Tensor, " d_model"]
    mlp_norm: Float[Tensor, " d_model"]
    kind: str


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
    rotary: dict[str, Rotary]
    heads: int
    kv_heads: int
    d_head: int
    eps: Float[Tensor, ""]
    cap: float | None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Each block's kind of attention."""
        return tuple(block.kind for block in self.blocks)


def take_weights(model: Any, pack: bool) -> FoldedWeights:
    """Fold the weights of a Hugging Face Gemma 3, and empty each of its modules as soon as it is folded.

    `pack`: whether matrices are packed (`matrix.packs`).

    No more than one copy of the weights and one block are in memory at any time, and one matrix in float32 where the
    weights are of another type; `model` is of no use afterwards.
    """
    inner = model.model
    decoder = inner.language_model if hasattr(inner, "language_model") else inner
    text = model.config.get_text_config()
    embed, head = original(decoder.embed_tokens), original(model.lm_head)
    embedding = embed.weight.detach()
    tied = head.weight.data_ptr() == embedding.data_ptr()
    weights = FoldedWeights(
        embedding=embedding,
        embedding_scale=float(embed.embed_scale.to(embedding.dtype)),
        unembedding=embedding if tied else head.weight.detach(),
        final_norm=_norm(original(decoder.norm)),
        blocks=tuple(
            _fold(original(block), kind, text.query_pre_attn_scalar**-0.5, pack)
            for block, kind in zip(decoder.layers, text.layer_types, strict=True)
        ),
        rotary={kind: _rotary(original(decoder.rotary_emb), kind) for kind in sorted(set(text.layer_types))},
        heads=text.num_attention_heads,
        kv_heads=text.num_key_value_heads,
        d_head=text.head_dim,
        eps=torch.tensor(text.rms_norm_eps, dtype=torch.float32, device=embedding.device),
        # Multimodal heads apply no cap, as Hugging Face's do not.
        cap=text.final_logit_softcapping if decoder is inner else None,
    )
    _empty(model)
    return weights


def _fold(block: Any, kind: str, scale: float, pack: bool) -> FoldedBlock:
    attention, mlp = block.self_attn, block.mlp
    dtype = attention.q_proj.weight.dtype
    before_mlp = _norm(block.pre_feedforward_layernorm)
    d_head = attention.head_dim
    heads, kv_heads = attention.q_proj.out_features // d_head, attention.k_proj.out_features // d_head
    query_norm, key_norm = (_in_pairs(_norm(part), d_head) for part in (attention.q_norm, attention.k_norm))
    folded = FoldedBlock(
        qkv=make_matrix(_joined(attention).mul_(_norm(block.input_layernorm)), dtype, pack),
        out=make_matrix(attention.o_proj.weight, dtype, pack),
        gate=make_matrix(_float(mlp.gate_proj.weight) * before_mlp, dtype, pack),
        up=make_matrix(_float(mlp.up_proj.weight) * before_mlp, dtype, pack),
        down=make_matrix(mlp.down_proj.weight, dtype, pack),
        qk_scale=torch.cat([(query_norm * scale).expand(heads, -1), key_norm.expand(kv_heads, -1)]),
        attention_norm=_norm(block.post_attention_layernorm),
        mlp_norm=_norm(block.post_feedforward_layernorm),
        kind=kind,
    )
    _empty(block)
    return folded


def _joined(attention: Any) -> Float[Tensor, "queries_keys_values d_model"]:
    """The weights of queries, keys and values in float32, in memory of their own."""
    queries, keys = (
        _in_pairs(_float(part.weight), attention.head_dim) for part in (attention.q_proj, attention.k_proj)
    )
    return torch.cat([queries, keys, _float(attention.v_proj.weight)])


def _in_pairs(weight: Float[Tensor, "heads*d_head ..."], d_head: int) -> Float[Tensor, "heads*d_head ..."]:
    """Each number of a head's first half followed by its fellow of the second half."""
    halves = weight.view(-1, 2, d_head // 2, *weight.shape[1:])
    return halves.transpose(1, 2).reshape(weight.shape)


def _float(weight: Tensor) -> Tensor:
    return weight.detach().to(torch.float32)


def _norm(norm: Any) -> Float[Tensor, " size"]:
    return 1.0 + _float(norm.weight)


def _rotary(rotary: Any, kind: str) -> Rotary:
    frequencies = getattr(rotary, f"{kind}_inv_freq").detach().to(torch.float32).clone()
    return Rotary(frequencies, float(getattr(rotary, f"{kind}_attention_scaling")))


def _empty(module: Any) -> None:
    for parameter in module.parameters():
        parameter.data = parameter.data.new_empty(0)
