"""Gemma 3's text weights, folded for the forward pass of the engine `batched`."""

from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from steering_worker.engines.decoder_blocks import original


@dataclass(frozen=True)
class FoldedBlock:
    """One block. Matrices are read from the right (`x @ matrix`); the weights of the norms before them are in them.

    `qk_scale` holds 1 + w of the query and key norms, the attention's scale included.
    """

    qkv: Float[Tensor, "d_model heads_and_twice_kv_heads*d_head"]
    out: Float[Tensor, "heads*d_head d_model"]
    gate_up: Float[Tensor, "d_model twice_d_ff"]
    down: Float[Tensor, "d_ff d_model"]
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
    eps: float
    cap: float | None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Each block's kind of attention."""
        return tuple(block.kind for block in self.blocks)


def take_weights(model: Any) -> FoldedWeights:
    """Fold the weights of a Hugging Face Gemma 3, and empty each of its modules as soon as it is folded.

    No more than one copy of the weights and one block are in memory at any time; `model` is of no use afterwards.
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
        final_norm=_norm(original(decoder.norm)).to(embedding.dtype),
        blocks=tuple(
            _fold(original(block), kind, text.query_pre_attn_scalar**-0.5)
            for block, kind in zip(decoder.layers, text.layer_types, strict=True)
        ),
        rotary={kind: _rotary(original(decoder.rotary_emb), kind) for kind in sorted(set(text.layer_types))},
        heads=text.num_attention_heads,
        kv_heads=text.num_key_value_heads,
        d_head=text.head_dim,
        eps=text.rms_norm_eps,
        # Multimodal heads apply no cap, as Hugging Face's do not.
        cap=text.final_logit_softcapping if decoder is inner else None,
    )
    _empty(model)
    return weights


def _fold(block: Any, kind: str, scale: float) -> FoldedBlock:
    attention, mlp = block.self_attn, block.mlp
    dtype = attention.q_proj.weight.dtype
    qkv = torch.cat([_float(part.weight) for part in (attention.q_proj, attention.k_proj, attention.v_proj)])
    gate_up = torch.cat([_float(mlp.gate_proj.weight), _float(mlp.up_proj.weight)])
    heads = attention.q_proj.out_features // attention.head_dim
    kv_heads = attention.k_proj.out_features // attention.head_dim
    folded = FoldedBlock(
        qkv=_matrix(qkv * _norm(block.input_layernorm), dtype),
        out=_matrix(attention.o_proj.weight.detach(), dtype),
        gate_up=_matrix(gate_up * _norm(block.pre_feedforward_layernorm), dtype),
        # A tall matrix is multiplied faster as it lies in the checkpoint.
        down=mlp.down_proj.weight.detach().to(dtype).t(),
        qk_scale=torch.cat(
            [(_norm(attention.q_norm) * scale).expand(heads, -1), _norm(attention.k_norm).expand(kv_heads, -1)]
        ).to(dtype),
        attention_norm=_norm(block.post_attention_layernorm).to(dtype),
        mlp_norm=_norm(block.post_feedforward_layernorm).to(dtype),
        kind=kind,
    )
    _empty(block)
    return folded


def _float(weight: Tensor) -> Tensor:
    return weight.detach().to(torch.float32)


def _norm(norm: Any) -> Float[Tensor, " size"]:
    return 1.0 + _float(norm.weight)


def _matrix(weight: Tensor, dtype: torch.dtype) -> Tensor:
    return weight.t().contiguous().to(dtype)


def _rotary(rotary: Any, kind: str) -> Rotary:
    frequencies = getattr(rotary, f"{kind}_inv_freq").detach().to(torch.float32).clone()
    return Rotary(frequencies, float(getattr(rotary, f"{kind}_attention_scaling")))


def _empty(module: Any) -> None:
    for parameter in module.parameters():
        parameter.data = parameter.data.new_empty(0)
