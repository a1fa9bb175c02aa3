"""Hugging Face's decoder run block by block, on the modules that a bridge wraps."""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from steering_worker.engines.masks import Padded, padded_masks
from steering_worker.engines.measuring.layered_model import Placed
from steering_worker.engines.shape import Shape


class DecoderBlocks:
    """A `layered_model.LayeredModel` for Gemma 3's layout; of a multimodal `model` the text part is run."""

    def __init__(self, model: Any, shape: Shape) -> None:
        inner = model.model
        decoder = inner.language_model if hasattr(inner, "language_model") else inner
        text = model.config.get_text_config()
        self.shape = shape
        self._kinds: list[str] = list(text.layer_types)
        self._embed = original(decoder.embed_tokens)
        self._rotary = original(decoder.rotary_emb)
        self._blocks = [original(block) for block in decoder.layers]
        self._norm = original(decoder.norm)
        self._head = original(model.lm_head)
        # Multimodal heads apply no cap, as Hugging Face's do not.
        self._cap: float | None = text.final_logit_softcapping if decoder is inner else None

    def start(self, padded: Padded) -> tuple[Float[Tensor, "batch pos d_model"], Placed]:
        resid: Tensor = self._embed(padded.ids)
        masks = padded_masks(padded, self.shape.window, self.shape.dtype)
        rotary = {kind: self._rotary(resid, padded.position_ids, kind) for kind in sorted(set(self._kinds))}
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


def original(module: Any) -> Any:
    """The Hugging Face module that a bridge wraps, or the module itself."""
    return getattr(module, "original_component", None) or module
