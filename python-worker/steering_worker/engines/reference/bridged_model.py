"""A TransformerLens bridge around the Hugging Face module: the only file that touches it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from jaxtyping import Float, Int
from torch import Tensor
from transformer_lens.model_bridge.sources._bridge_builder import build_bridge_from_module

from steering_worker.engines.masks import Masks
from steering_worker.engines.measuring.layered_model import LayeredModel
from steering_worker.engines.reference import attention
from steering_worker.engines.reference.decoder_blocks import DecoderBlocks
from steering_worker.engines.reference.hooked_model import Cache, ResidualHook
from steering_worker.engines.shape import Shape, shape_of
from steering_worker.models.loaded import HuggingFaceModel


class BridgedModel:
    """Hooks at `blocks.{i}.hook_out` of a `TransformerBridge`, weight processing off.

    Bridging changes the loaded module in place: compare with a second instance of it.
    """

    def __init__(self, loaded: HuggingFaceModel) -> None:
        config = loaded.model.config
        self.shape: Shape = shape_of(loaded)
        self._bridge: Any = build_bridge_from_module(
            loaded.model, loaded.model_class, hf_config=config, tokenizer=loaded.tokenizer
        )
        self._bridge.eval()
        attention.register()
        for block in self._bridge.blocks:
            _unwrap(block.original_component)
            block.original_component.self_attn.config._attn_implementation = attention.NAME
        self._masks_by_kind = loaded.architecture.masks_by_kind
        self.layered: LayeredModel = DecoderBlocks(loaded.model, loaded.architecture, self.shape)

    def forward(
        self,
        ids: Int[Tensor, "batch pos"],
        position_ids: Int[Tensor, "batch pos"],
        masks: Masks,
        cache: Cache | None,
        keep: int,
    ) -> Float[Tensor, "batch keep vocab"]:
        logits: Tensor = self._bridge.forward(
            ids,
            return_type="logits",
            attention_mask=masks if self._masks_by_kind else masks["full_attention"],
            position_ids=position_ids,
            past_key_values=cache,
            use_cache=cache is not None,
            logits_to_keep=keep,
        )
        return logits

    @contextmanager
    def hooked(self, hooks: Mapping[int, ResidualHook]) -> Iterator[None]:
        points = [(f"blocks.{layer}.hook_out", _bridge_hook(hook)) for layer, hook in hooks.items()]
        with self._bridge.hooks(fwd_hooks=points):
            yield


def _bridge_hook(hook: ResidualHook) -> Callable[..., Tensor]:
    def on_output(resid: Tensor, hook_point: object = None, **_: object) -> Tensor:
        return hook(resid)

    return on_output


def _unwrap(module: Any) -> None:
    """Put the Hugging Face modules inside a block back in their places.

    Only the hooks after blocks are used. A bridged norm computes itself twice, every bridged projection passes four
    more calls, and the bridged attention is a copy of the original: together half of a decode step of a small model.
    """
    for name, child in list(module.named_children()):
        original = getattr(child, "original_component", None)
        if original is not None:
            setattr(module, name, original)
            child = original
        _unwrap(child)
