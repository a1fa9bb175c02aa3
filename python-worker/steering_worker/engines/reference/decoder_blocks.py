"""Hugging Face's decoder run block by block, on the modules that a bridge wraps."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from steering_worker.engines.masks import Padded, padded_masks
from steering_worker.engines.measuring.layered_model import Placed
from steering_worker.engines.shape import Shape
from steering_worker.models.families.architecture import Architecture


class DecoderBlocks:
    """A `layered_model.LayeredModel` on the blocks of a Hugging Face model."""

    def __init__(self, model: Any, architecture: Architecture, shape: Shape) -> None:
        decoder = decoder_of(model, architecture)
        self.shape = shape
        self._kinds, self._by_kind = architecture.attention, architecture.rotary_by_kind
        self._embed = original(decoder.embed_tokens)
        self._rotary = original(decoder.rotary_emb)
        self._blocks = [original(block) for block in decoder.layers]
        self._norm = original(decoder.norm)
        self._head = original(model.lm_head)
        self._cap = architecture.logit_cap

    def start(self, padded: Padded) -> tuple[Float[Tensor, "batch pos d_model"], Placed]:
        resid: Tensor = self._embed(padded.ids)
        masks = padded_masks(padded, self.shape.window, self.shape.dtype)
        rotary = {
            kind: self._rotary(resid, padded.position_ids, *((kind,) if self._by_kind else ()))
            for kind in sorted(set(self._kinds))
        }
        return resid, Placed({kind: (masks[kind], *parts) for kind, parts in rotary.items()})

    def blocks(
        self, resid: Float[Tensor, "batch pos d_model"], placed: Placed, first: int, stop: int, last: int | None = None
    ) -> Float[Tensor, "batch some d_model"]:
        for block, kind in zip(self._blocks[first:stop], self._kinds[first:stop], strict=True):
            mask, *rotary = placed.by_kind[kind]
            resid = block(resid, position_embeddings=tuple(rotary), attention_mask=mask)
        return resid if last is None or first == stop else resid[:, -last:]

    def unembed(self, resid: Float[Tensor, "... d_model"]) -> Float[Tensor, "... vocab"]:
        logits: Tensor = self._head(self._norm(resid))
        return logits if self._cap is None else torch.tanh(logits / self._cap) * self._cap


def decoder_of(model: Any, architecture: Architecture) -> Any:
    """The module with the embedding, the blocks and the final norm."""
    return model.get_submodule(architecture.decoder)


def original(module: Any) -> Any:
    """The Hugging Face module that a bridge wraps, or the module itself."""
    return getattr(module, "original_component", None) or module
