"""Sequences under many edits: the blocks below an edit once a sequence, those above it once a way of steering."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from steering_worker.engines.decoding.prefill import widened
from steering_worker.engines.edit_groups import EditedRow, Edits
from steering_worker.engines.engine import AppliedEdit
from steering_worker.engines.masks import Padded, pad_left
from steering_worker.engines.measuring.layered_model import LayeredModel, Placed


@dataclass(frozen=True)
class SteeredRow:
    """A row to run: of which sequence, under which edit (None: none), and the positions that it touches there.

    `read` is how many of its last positions are asked for.
    """

    sequence: int
    edit: AppliedEdit | None
    strength: float
    touched: Bool[Tensor, " pos"] | None
    read: int


@dataclass(frozen=True)
class SteeredPass:
    """Rows (by number) that went through the model together; their sequences end at the last column.

    There are as many columns as the most that any of them asks for, at least.
    """

    rows: tuple[int, ...]
    resid: Float[Tensor, "batch read d_model"]


def steered_passes(
    model: LayeredModel, sequences: Sequence[Sequence[int]], rows: Sequence[SteeredRow], at_a_time: int
) -> Iterator[SteeredPass]:
    """The residuals after the last block of all rows, at most `at_a_time` in one pass, by first edited layer.

    The sequences, which are run in one batch, should be of like length. Only one residual of each sequence is held.
    """
    shape = model.shape
    padded = pad_left(sequences, shape.pad_id, shape.device)
    resid, placed = model.start(padded)
    edits = Edits(at_a_time, shape.device)
    done = 0
    for layer, numbers in _by_layer(rows, shape.layers).items():
        # An edit after the last block reaches no other position.
        ends = layer == shape.layers - 1
        resid = model.blocks(resid, placed, done, layer + 1, _most_read(rows, numbers) if ends else None)
        done = layer + 1
        for start in range(0, len(numbers), at_a_time):
            chunk = numbers[start : start + at_a_time]
            taken = torch.tensor([rows[number].sequence for number in chunk], device=shape.device)
            edits.set(_edited([rows[number] for number in chunk], padded, resid.shape[1]))
            steered = edits(layer, resid[taken])
            if not ends:
                steered = _onward(model, edits, steered, placed.rows(taken), done, _most_read(rows, chunk))
            yield SteeredPass(tuple(chunk), steered)


def _onward(
    model: LayeredModel, edits: Edits, resid: Float[Tensor, "batch pos d_model"], placed: Placed, done: int, read: int
) -> Float[Tensor, "batch read d_model"]:
    """From block `done` through the last one, of which the last `read` positions are asked for, edits included."""
    last = model.shape.layers - 1
    for layer in sorted({*edits.layers, last}):
        if layer >= done:
            resid = edits(layer, model.blocks(resid, placed, done, layer + 1, read if layer == last else None))
            done = layer + 1
    return resid


def _most_read(rows: Sequence[SteeredRow], numbers: Sequence[int]) -> int:
    return max(rows[number].read for number in numbers)


def _by_layer(rows: Sequence[SteeredRow], layers: int) -> dict[int, list[int]]:
    """Numbers of rows by the block after which they part from the unsteered sequence: the last one without an edit."""
    by_layer: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        by_layer.setdefault(layers - 1 if row.edit is None else row.edit.layers[0], []).append(number)
    return dict(sorted(by_layer.items()))


def _edited(rows: Sequence[SteeredRow], padded: Padded, columns: int) -> list[EditedRow]:
    """Of the last `columns`."""
    width = padded.ids.shape[1]
    return [
        EditedRow(i, row.edit, row.strength, widened(row.touched, width)[-columns:], i)
        for i, row in enumerate(rows)
        if row.edit is not None and row.touched is not None and bool(row.touched.any())
    ]


def batches(lengths: Sequence[int], at_a_time: int) -> Iterator[range]:
    """Neighbours in one batch, of lengths in descending order, as long as padding stays below a quarter."""
    start = 0
    for end in range(1, len(lengths) + 1):
        full = end - start == at_a_time
        if end == len(lengths) or full or 4 * lengths[end] < 3 * lengths[start]:
            yield range(start, end)
            start = end
