"""How far edits move the next-token distribution on given texts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from steering_worker.engines.engine import Condition, Divergence, Progress, Prompt
from steering_worker.engines.layered_model import LayeredModel
from steering_worker.engines.masks import edited_positions
from steering_worker.engines.measure import POSITIONS
from steering_worker.engines.non_finite import NON_FINITE, not_finite
from steering_worker.engines.steered_pass import SteeredRow, steered_passes


@dataclass(frozen=True)
class Divergences:
    """What is measured. `sums` (nats over a text's positions, by text and item) grows over the attempts at it."""

    texts: Sequence[Prompt]
    items: Sequence[Condition]
    sums: dict[tuple[int, int], float] = field(default_factory=dict)

    def unfinished(self) -> int:
        return len(self.texts) * len(self.items) - len(self.sums)

    def results(self) -> tuple[Divergence, ...]:
        positions = sum(len(text.ids) - 1 for text in self.texts)
        totals = [sum(self.sums[text, item] for text in range(len(self.texts))) for item in range(len(self.items))]
        return tuple(
            Divergence(max(0.0, total) / positions, None) if isfinite(total) else Divergence(0.0, NON_FINITE)
            for total in totals
        )


def diverge(model: LayeredModel, work: Divergences, rows: int, progress: Progress) -> None:
    """Measure what is not in `work.sums`, one text after the other, at most `rows` conditions in a pass.

    Raises `WorkerError` for non-finite logits of the unedited model, and whatever `progress` raises.
    """
    with torch.inference_mode():
        for number, text in enumerate(work.texts):
            left = [item for item in range(len(work.items)) if (number, item) not in work.sums]
            if left:
                _diverge_on(model, work, number, text, left, rows, progress)


def _diverge_on(
    model: LayeredModel, work: Divergences, number: int, text: Prompt, left: list[int], rows: int, progress: Progress
) -> None:
    read = len(text.ids) - 1
    (plain,) = steered_passes(model, [text.ids], [SteeredRow(0, None, 0.0, None, read)], 1)
    unsteered = torch.log_softmax(model.unembed(plain.resid[0]).to(torch.float32), dim=-1)
    if not bool(torch.isfinite(unsteered).all()):
        raise not_finite(f"text {number}")
    progress()
    touched: Bool[Tensor, " pos"] = edited_positions(text, "all", model.shape.bos_id, 0)
    steered = [SteeredRow(0, work.items[item].edit, work.items[item].strength, touched, read) for item in left]
    for done in steered_passes(model, [text.ids], steered, rows):
        sums = [
            nats
            for some in torch.split(done.resid, max(1, POSITIONS // len(unsteered)))
            for nats in _divergence(unsteered, model.unembed(some)).tolist()
        ]
        work.sums.update({(number, left[row]): nats for row, nats in zip(done.rows, sums, strict=True)})
        progress()


def _divergence(
    unsteered: Float[Tensor, "pos vocab"], logits: Float[Tensor, "batch pos vocab"]
) -> Float[Tensor, " batch"]:
    """Nats over all positions; not finite where a logit is not."""
    steered = torch.log_softmax(logits.to(torch.float32), dim=-1)
    return (unsteered.exp() * (unsteered - steered)).sum(dim=-1).to(torch.float64).sum(dim=-1)
