"""Which models the engine `batched` leaves to the reference."""

from typing import get_args

from steering_worker.models.families.architecture import Activation
from steering_worker.models.loaded import LoadedModel

#: Rotary embeddings whose frequencies depend on the length of the text.
CHANGING_ROPE = frozenset({"dynamic", "longrope"})


def unsupported(loaded: LoadedModel) -> str | None:
    """Why the engine cannot run this model, or None: it knows the families' arithmetic, on CUDA devices and CPUs."""
    model, device = loaded.architecture, loaded.device.type
    changing = sorted(model.rope_types & CHANGING_ROPE)
    obstacles = {
        f"its device is {device}": device not in ("cpu", "cuda"),
        f"it has biases in {', '.join(sorted(model.biases))}": not model.biases <= {"qkv"},
        f"attn_logit_softcapping is {model.attention_cap}": model.attention_cap is not None,
        f"its activation is {model.activation}": model.activation not in get_args(Activation),
        f"its rotary embedding is {', '.join(changing)}": bool(changing),
        "its attention is bidirectional": model.bidirectional,
    }
    return next((obstacle for obstacle, holds in obstacles.items() if holds), None)
