"""Log-probabilities of given continuations, under an edit or none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import torch

from steering_worker.engines.edit_groups import EditedRow, Edits
from steering_worker.engines.engine import Continuation, Measured, Progress
from steering_worker.engines.hooked_model import HookedModel
from steering_worker.engines.live_row import NON_FINITE
from steering_worker.engines.masks import edited_positions, pad_left, padded_masks
from steering_worker.engines.prefill import widened
from steering_worker.errors import WorkerError


@dataclass(frozen=True)
class Measurement:
    """What is measured. `finished`, by number of item, grows over the attempts at it."""

    items: Sequence[Continuation]
    finished: dict[int, Measured] = field(default_factory=dict)

    def unfinished(self) -> list[int]:
        """Longest first, so that neighbours in a batch are of like length and memory runs out at once if it does."""
        left = [number for number in range(len(self.items)) if number not in self.finished]
        return sorted(left, key=lambda number: -len(_fed(self.items[number])))


def measure(model: HookedModel, measurement: Measurement, rows: int, progress: Progress) -> None:
    """Measure the unfinished items, at most `rows` in a forward pass.

    Raises `WorkerError` for non-finite logits of the unedited model, and whatever `progress` raises; the hooks are
    gone afterwards in any case.
    """
    edits = Edits(rows, model.shape.device)
    layers = sorted({item.edit.layer for item in measurement.items if item.edit is not None})
    left = measurement.unfinished()
    with torch.inference_mode(), model.hooked({layer: partial(edits, layer) for layer in layers}):
        for start in range(0, len(left), rows):
            numbers = left[start : start + rows]
            done = _pass(model, edits, [measurement.items[number] for number in numbers])
            measurement.finished.update(zip(numbers, done, strict=True))
            progress()


def _fed(item: Continuation) -> tuple[int, ...]:
    """What the model reads: all but the last token, after which nothing is asked."""
    return (*item.prompt.ids, *item.continuation)[:-1]


def _pass(model: HookedModel, edits: Edits, items: Sequence[Continuation]) -> list[Measured]:
    shape = model.shape
    padded = pad_left([_fed(item) for item in items], shape.pad_id, shape.device)
    width = padded.ids.shape[1]
    keep = max(1, *(len(item.continuation) for item in items))
    edits.set([row for i, item in enumerate(items) if (row := _edited(item, i, width, shape.bos_id)) is not None])
    masks = padded_masks(padded, shape.window, shape.dtype)
    logits = model.forward(padded.ids, padded.position_ids, masks, None, keep)
    asked = torch.tensor([[0] * (keep - len(item.continuation)) + list(item.continuation) for item in items])
    chosen = logits.gather(2, asked.to(shape.device)[..., None])[..., 0].to(torch.float32)
    values = (chosen - torch.logsumexp(logits.to(torch.float32), dim=-1)).cpu()
    finite = torch.isfinite(logits.sum(dim=-1, dtype=torch.float32)).cpu()
    return [
        _measured(item, values[i, keep - len(item.continuation) :].tolist(), finite[i, keep - len(item.continuation) :])
        for i, item in enumerate(items)
    ]


def _edited(item: Continuation, row: int, width: int, bos_id: int) -> EditedRow | None:
    if item.edit is None:
        return None
    touched = edited_positions(item.prompt, item.edit.positions, bos_id, len(item.continuation))[:-1]
    return EditedRow(row, item.edit, item.strength, widened(touched, width), row) if bool(touched.any()) else None


def _measured(item: Continuation, logprobs: list[float], finite: torch.Tensor) -> Measured:
    if bool(finite.all()):
        return Measured(tuple(logprobs), None)
    if item.edit is None:
        raise WorkerError(
            f"{NON_FINITE}_baseline",
            f"The unedited model's logits for measurement {item.id} are not finite.",
            "Use `dtype: float32`, or another checkpoint.",
        )
    return Measured((), NON_FINITE)
