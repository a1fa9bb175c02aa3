"""What Hugging Face's eager model computes by itself, one row at a time and with no cache."""

from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import Tensor

from steering_worker.engines.engine import AppliedEdit
from steering_worker.prompt import Prompt


def decoder_layers(model: Any) -> Any:
    inner = model.model
    return (inner.language_model if hasattr(inner, "language_model") else inner).layers


@contextmanager
def raw_hook(model: Any, layer: int, change: Callable[[Tensor], Tensor]):
    handle = decoder_layers(model)[layer].register_forward_hook(lambda module, inputs, output: change(output))
    try:
        yield
    finally:
        handle.remove()


def residuals_of(model: Any, asked: Prompt) -> list[Tensor]:
    """After every block, `[pos, d_model]`."""
    seen: list[Tensor] = []
    handles = [
        layer.register_forward_hook(lambda module, inputs, output: seen.append(output[0]))
        for layer in decoder_layers(model)
    ]
    with torch.no_grad():
        model(torch.tensor([asked.ids]))
    for handle in handles:
        handle.remove()
    return seen


def positions_of(asked: Prompt, edit: AppliedEdit, total: int) -> Tensor:
    """Written out position by position from the definition of the words."""
    touched = []
    for i in range(total):
        inside = i < len(asked.ids)
        touched.append(
            {
                "all": i > 0,
                "prompt": inside and i > 0,
                "content": inside and asked.content[i],
                "generated": i >= len(asked.ids) - 1,
            }[edit.positions]
        )
    return torch.tensor(touched)


def logits_of(model: Any, asked: Prompt, after: list[int], edit: AppliedEdit | None, strength: float) -> Tensor:
    """Logits at every position of prompt + `after`, the vector added by a raw hook."""
    ids = torch.tensor([[*asked.ids, *after]])
    with torch.no_grad():
        if edit is None:
            return model(ids).logits[0]
        touched = positions_of(asked, edit, ids.shape[1])[None, :, None]
        vector = edit.fitted["vector"]
        with ExitStack() as hooks:
            for layer in edit.layers:
                hooks.enter_context(
                    raw_hook(model, layer, lambda resid: torch.where(touched, resid + strength * vector, resid))
                )
            return model(ids).logits[0]


def greedy_reference(
    model: Any, asked: Prompt, tokens: int, end_ids: frozenset[int], edit: AppliedEdit | None, strength: float
) -> tuple[list[int], list[float]]:
    """Greedy tokens, and at each step the lead of the best logit over the next."""
    made: list[int] = []
    leads: list[float] = []
    while len(made) < tokens and not (made and made[-1] in end_ids):
        best = logits_of(model, asked, made, edit, strength)[-1].topk(2)
        made.append(int(best.indices[0]))
        leads.append(float(best.values[0] - best.values[1]))
    return made, leads


def agree(made: tuple[int, ...], wanted: list[int], leads: list[float]) -> bool:
    """Equal up to the first step at which the two best logits were within 1e-4."""
    for i, lead in enumerate(leads):
        if lead < 1e-4:
            return True
        if i >= len(made) or made[i] != wanted[i]:
            return False
    return len(made) == len(wanted)
