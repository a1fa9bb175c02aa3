"""Qwen2 and Qwen2.5."""

from typing import Any

from steering_worker.models.families.architecture import Architecture, Family, NormNames

NORMS = NormNames(
    before_attention="input_layernorm",
    after_attention=None,
    before_mlp="post_attention_layernorm",
    after_mlp=None,
    query=None,
    key=None,
)


def architecture(config: Any) -> Architecture:
    d_head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return Architecture(
        family="qwen2",
        layers=config.num_hidden_layers,
        d_model=config.hidden_size,
        d_ff=config.intermediate_size,
        heads=config.num_attention_heads,
        kv_heads=config.num_key_value_heads,
        d_head=d_head,
        vocab_size=config.vocab_size,
        max_positions=config.max_position_embeddings,
        attention=tuple(config.layer_types),
        window=config.sliding_window if "sliding_attention" in config.layer_types else None,
        attention_scale=d_head**-0.5,
        embedding_scale=1.0,
        eps=config.rms_norm_eps,
        norm_offset=0.0,
        norms=NORMS,
        activation=config.hidden_act,
        biases=frozenset({"qkv"}),
        attention_cap=None,
        logit_cap=None,
        bidirectional=False,
        rope_types=frozenset({config.rope_parameters["rope_type"]}),
        decoder="model",
        masks_by_kind=True,
        rotary_by_kind=False,
    )


QWEN2 = Family("qwen2", {"qwen2": "Qwen2ForCausalLM"}, architecture)
