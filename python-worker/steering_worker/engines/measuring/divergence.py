"""How far edits move the next-token distribution on given texts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import isfinite

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from steering_worker.engines.engine import Condition, Divergence
from steering_worker.engines.logits_budget import positions_at_a_time
from steering_worker.engines.masks import edited_positions
from steering_worker.engines.measuring.layered_model import LayeredModel
from steering_worker.engines.measuring.measure import POSITIONS
from steering_worker.engines.measuring.steered_pass import SteeredRow, steered_passes
from steering_worker.engines.non_finite import NON_FINITE, not_finite
from steering_worker.progress import Progress
from steering_worker.prompt import Prompt


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
    read, size = len(text.ids) - 1, positions_at_a_time(model.shape.vocab_size)
    (plain,) = steered_passes(model, [text.ids], [SteeredRow(0, None, 0.0, None, read)], 1)
    progress()

    # A long text with a large vocabulary is read in stretches, of which one is held: the next pass computes them again.
    @lru_cache(maxsize=1)
    def unsteered(start: int) -> Float[Tensor, "some vocab"]:
        logits = model.unembed(plain.resid[0, start : start + size])
        found = torch.log_softmax(logits.to(torch.float32), dim=-1)
        if not bool(torch.isfinite(found).all()):
            raise not_finite(f"text {number}")
        return found

    touched: Bool[Tensor, " pos"] = edited_positions(text, "all", model.shape.bos_id, 0)
    steered = [SteeredRow(0, work.items[item].edit, work.items[item].strength, touched, read) for item in left]
    for done in steered_passes(model, [text.ids], steered, rows):
        sums = [0.0] * len(done.rows)
        for start in range(0, read, size):
            found = _divergences(model, unsteered(start), done.resid[:, start : start + size])
            sums = [before + more for before, more in zip(sums, found, strict=True)]
        work.sums.update({(number, left[row]): nats for row, nats in zip(done.rows, sums, strict=True)})
        progress()


def _divergences(
    model: LayeredModel, unsteered: Float[Tensor, "pos vocab"], resid: Float[Tensor, "batch pos d_model"]
) -> list[float]:
    """Nats over all positions, at least one row at a time; NaN or infinite where a logit is."""
    positions, vocab = unsteered.shape
    rows = max(1, min(POSITIONS, positions_at_a_time(vocab)) // positions)
    shares = unsteered.exp()
    return [
        nats for some in torch.split(resid, rows) for nats in _nats(unsteered, shares, model.unembed(some)).tolist()
    ]


def _nats(
    unsteered: Float[Tensor, "pos vocab"], shares: Float[Tensor, "pos vocab"], logits: Float[Tensor, "batch pos vocab"]
) -> Float[Tensor, " batch"]:
    """KL by log-probabilities and probabilities without an edit, and logits under one; no temporary but one."""
    behind = torch.log_softmax(logits.to(torch.float32), dim=-1).neg_().add_(unsteered)
    return behind.mul_(shares).sum(dim=-1).to(torch.float64).sum(dim=-1)
