"""Which models the engine `batched` leaves to the reference."""

from steering_worker.models.loaded import LoadedModel


def unsupported(loaded: LoadedModel) -> str | None:
    """Why the engine cannot run this model, or None: it knows Gemma 3's own arithmetic, on CUDA devices and CPUs."""
    config = loaded.model.config.get_text_config()
    obstacles = {
        f"its device is {loaded.device.type}": loaded.device.type not in ("cpu", "cuda"),
        f"attention_bias is {config.attention_bias}": bool(config.attention_bias),
        f"attn_logit_softcapping is {config.attn_logit_softcapping}": config.attn_logit_softcapping is not None,
        f"hidden_activation is {config.hidden_activation}": config.hidden_activation != "gelu_pytorch_tanh",
        "its attention is bidirectional": bool(getattr(config, "use_bidirectional_attention", False)),
    }
    return next((obstacle for obstacle, holds in obstacles.items() if holds), None)
