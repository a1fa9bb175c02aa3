"""Log-probabilities of given continuations, under an edit or none."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from jaxtyping import Float, Int
from torch import Tensor

from steering_worker.engines.engine import AppliedEdit, Continuation, Measured
from steering_worker.engines.logits_budget import positions_at_a_time
from steering_worker.engines.masks import edited_positions
from steering_worker.engines.measuring.layered_model import LayeredModel
from steering_worker.engines.measuring.sequences import TokenSequence, token_sequences
from steering_worker.engines.measuring.steered_pass import SteeredPass, SteeredRow, batches, steered_passes
from steering_worker.engines.non_finite import NON_FINITE, not_finite
from steering_worker.progress import Progress

#: Positions that are unembedded at a time, fewer where the vocabulary is large.
POSITIONS = 1024


@dataclass(frozen=True)
class Measurement:
    """What is measured. `finished`, by number of item, grows over the attempts at it."""

    items: Sequence[Continuation]
    finished: dict[int, Measured] = field(default_factory=dict)

    def unfinished(self) -> list[int]:
        return [number for number in range(len(self.items)) if number not in self.finished]


def measure(model: LayeredModel, measurement: Measurement, rows: int, progress: Progress) -> None:
    """Measure the unfinished items, at most `rows` sequences in a pass.

    Raises `WorkerError` for non-finite logits of the unedited model, and whatever `progress` raises.
    """
    sequences = token_sequences(measurement.items, measurement.unfinished())
    with torch.inference_mode():
        for batch in batches([len(sequence.ids) for sequence in sequences], rows):
            _measure_batch(model, measurement, [sequences[number] for number in batch], rows, progress)


def _measure_batch(
    model: LayeredModel, measurement: Measurement, batch: Sequence[TokenSequence], rows: int, progress: Progress
) -> None:
    steered = [(number, way) for number, sequence in enumerate(batch) for way in sequence.steered]
    todo = [_row(batch[number], number, way.edit, way.strength, model.shape.bos_id) for number, way in steered]
    for done in steered_passes(model, [sequence.ids for sequence in batch], todo, rows):
        read = [
            (row, len(batch[steered[number][0]].ids), item)
            for row, number in enumerate(done.rows)
            for item in steered[number][1].items
        ]
        measurement.finished.update(_read_off(model, measurement.items, done, read))
        progress()


def _row(sequence: TokenSequence, number: int, edit: AppliedEdit | None, strength: float, bos_id: int) -> SteeredRow:
    after = len(sequence.ids) - len(sequence.prompt.ids)
    touched = None if edit is None else edited_positions(sequence.prompt, edit.positions, bos_id, after)
    # The prediction after the prompt's last token comes first.
    return SteeredRow(number, edit, strength, touched, after + 1)


def _read_off(
    model: LayeredModel, items: Sequence[Continuation], done: SteeredPass, read: Sequence[tuple[int, int, int]]
) -> dict[int, Measured]:
    """`read` names rows of the pass, the length of the sequence in each, and the items that are read there."""
    width = done.resid.shape[1]
    rows: list[int] = []
    columns: list[int] = []
    tokens: list[int] = []
    for row, length, number in read:
        item = items[number]
        asked = item.continuation[item.skip :]
        first = width - length + len(item.prompt.ids) - 1 + item.skip
        rows += [row] * len(asked)
        columns += range(first, first + len(asked))
        tokens += asked
    values, finite = _logprobs(model, done.resid[rows, columns], torch.tensor(tokens, device=done.resid.device))
    found: dict[int, Measured] = {}
    at = 0
    for _, _, number in read:
        end = at + len(items[number].continuation) - items[number].skip
        found[number] = _measured(items[number], values[at:end], all(finite[at:end]))
        at = end
    return found


def _logprobs(
    model: LayeredModel, resid: Float[Tensor, "asked d_model"], tokens: Int[Tensor, " asked"]
) -> tuple[list[float], list[bool]]:
    """Log-probability of each token after its residual, and whether all logits there are finite."""
    values: list[float] = []
    finite: list[bool] = []
    size = min(POSITIONS, positions_at_a_time(model.shape.vocab_size))
    for some, asked in zip(torch.split(resid, size), torch.split(tokens, size), strict=True):
        logits = model.unembed(some)
        chosen = logits.gather(1, asked[:, None])[:, 0].to(torch.float32)
        values += (chosen - torch.logsumexp(logits.to(torch.float32), dim=-1)).tolist()
        finite += torch.isfinite(logits.sum(dim=-1, dtype=torch.float32)).tolist()
    return values, finite


def _measured(item: Continuation, logprobs: list[float], finite: bool) -> Measured:
    if finite:
        return Measured(tuple(logprobs), None)
    if item.edit is None:
        raise not_finite(f"measurement {item.id}")
    return Measured((), NON_FINITE)
