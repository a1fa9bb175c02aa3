"""Gemma 3, text alone and multimodal; of the latter the text part is run."""

from typing import Any

from steering_worker.models.families.architecture import Architecture, Family, NormNames

NORMS = NormNames(
    before_attention="input_layernorm",
    after_attention="post_attention_layernorm",
    before_mlp="pre_feedforward_layernorm",
    after_mlp="post_feedforward_layernorm",
    query="q_norm",
    key="k_norm",
)


def architecture(config: Any) -> Architecture:
    text, vision = config.get_text_config(), getattr(config, "vision_config", None)
    multimodal = vision is not None
    return Architecture(
        family="gemma3",
        layers=text.num_hidden_layers,
        d_model=text.hidden_size,
        d_ff=text.intermediate_size,
        heads=text.num_attention_heads,
        kv_heads=text.num_key_value_heads,
        d_head=text.head_dim,
        vocab_size=text.vocab_size,
        max_positions=text.max_position_embeddings,
        attention=tuple(text.layer_types),
        window=text.sliding_window if "sliding_attention" in text.layer_types else None,
        attention_scale=text.query_pre_attn_scalar**-0.5,
        embedding_scale=text.hidden_size**0.5,
        eps=text.rms_norm_eps,
        norm_offset=1.0,
        norms=NORMS,
        activation=text.hidden_activation,
        biases=frozenset({"qkv", "out"}) if text.attention_bias else frozenset(),
        attention_cap=text.attn_logit_softcapping,
        # Multimodal heads apply no cap, as Hugging Face's do not.
        logit_cap=None if multimodal else text.final_logit_softcapping,
        bidirectional=bool(getattr(text, "use_bidirectional_attention", False)),
        rope_types=frozenset(one["rope_type"] for one in text.rope_parameters.values()),
        decoder="model.language_model" if multimodal else "model",
        masks_by_kind=True,
        rotary_by_kind=True,
        not_run=("model.vision_tower.", "model.multi_modal_projector.") if multimodal else (),
        not_run_parameters=_vision_parameters(vision) if multimodal else 0,
    )


def _vision_parameters(vision: Any) -> int:
    """Of the matrices and the positions."""
    positions = (vision.image_size // vision.patch_size) ** 2
    block = 4 * vision.hidden_size**2 + 2 * vision.hidden_size * vision.intermediate_size
    return int(positions * vision.hidden_size + vision.num_hidden_layers * block)


GEMMA3 = Family(
    "gemma3",
    {"gemma3_text": "Gemma3ForCausalLM", "gemma3": "Gemma3ForConditionalGeneration"},
    architecture,
)
