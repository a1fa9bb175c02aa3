"""The unedited model's predictions after each of its blocks."""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from steering_worker.engines.masks import pad_left
from steering_worker.engines.measuring.layered_model import LayeredModel
from steering_worker.engines.measuring.steered_pass import batches
from steering_worker.engines.non_finite import not_finite
from steering_worker.progress import Progress
from steering_worker.prompt import Prompt


def read_lens(
    model: LayeredModel,
    prompts: Sequence[Prompt],
    tokens: Sequence[Sequence[int]],
    rows: int,
    finished: dict[int, Float[Tensor, "layers tokens 2"]],
    progress: Progress,
) -> None:
    """The readings of the prompts not in `finished`, at most `rows` prompts in a pass.

    Raises `WorkerError` for non-finite logits, and whatever `progress` raises.
    """
    left = sorted((n for n in range(len(prompts)) if n not in finished), key=lambda n: -len(prompts[n].ids))
    with torch.inference_mode():
        for batch in batches([len(prompts[number].ids) for number in left], rows):
            numbers = [left[i] for i in batch]
            asked = [torch.tensor(tokens[number], device=model.shape.device) for number in numbers]
            resid, placed = model.start(
                pad_left([prompts[number].ids for number in numbers], model.shape.pad_id, model.shape.device)
            )
            read: list[list[Tensor]] = [[] for _ in numbers]
            for layer in range(model.shape.layers):
                resid = model.blocks(resid, placed, layer, layer + 1, 1 if layer == model.shape.layers - 1 else None)
                logits = model.unembed(resid[:, -1]).to(torch.float32)
                if not bool(torch.isfinite(logits).all()):
                    raise not_finite(f"the logit lens after block {layer}")
                for readings, row, wanted in zip(read, logits, asked, strict=True):
                    readings.append(_reading(row, wanted))
            finished.update({n: torch.stack(readings).cpu() for n, readings in zip(numbers, read, strict=True)})
            progress()


def _reading(logits: Float[Tensor, " vocab"], tokens: Int[Tensor, " tokens"]) -> Float[Tensor, "tokens 2"]:
    chosen = logits[tokens]
    rank = (logits > chosen[:, None]).sum(dim=-1)
    return torch.stack([chosen - torch.logsumexp(logits, dim=-1), rank.to(torch.float32)], dim=-1)
