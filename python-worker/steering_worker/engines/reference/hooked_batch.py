"""The running batch of the reference engine: a hooked model, whose hooks apply the edits."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from steering_worker.engines.decoding.prefill import prefill
from steering_worker.engines.decoding.running_batch import Prefilled, Seat
from steering_worker.engines.edit_groups import EditedRow, Edits
from steering_worker.engines.engine import Row
from steering_worker.engines.masks import continues, step_masks
from steering_worker.engines.reference.cache import PlaceCache
from steering_worker.engines.reference.hooked_model import HookedModel


@contextmanager
def hooked_batch(model: HookedModel, rows: Sequence[Row], places: int) -> Iterator["HookedBatch"]:
    """For a block of `rows`; the hooks are gone on leaving, however that happens."""
    edits = Edits(2 * len(rows), model.shape.device)
    layers = sorted({layer for row in rows if row.edit is not None for layer in row.edit.layers})
    with model.hooked({layer: partial(edits, layer) for layer in layers}):
        yield HookedBatch(model, edits, len(rows), places)


class HookedBatch:
    """A `running_batch.RunningBatch`; what its step gives are the logits themselves."""

    def __init__(self, model: HookedModel, edits: Edits, rows: int, places: int) -> None:
        self.shape = model.shape
        self._model, self._edits, self._rows = model, edits, rows
        self._cache = PlaceCache(places)
        self._seated: list[EditedRow] = []

    def prefill(self, rows: Sequence[Row]) -> list[Prefilled]:
        self._edits.count_only(None)
        return prefill(self._model, self._edits, self._rows, rows)

    def admit(self, places: Sequence[int], prompts: Sequence[Prefilled]) -> None:
        alike: dict[tuple[int, int], list[tuple[int, Prefilled]]] = {}
        for place, prompt in zip(places, prompts, strict=True):
            alike.setdefault((id(prompt.source), prompt.length), []).append((place, prompt))
        for (_, length), admitted in alike.items():
            rows = [prompt.row for _, prompt in admitted]
            self._cache.admit([place for place, _ in admitted], admitted[0][1].source, rows, length)

    def move(self, to: Sequence[int], taken: Sequence[int]) -> None:
        self._cache.move(to, taken)

    def seat(self, seats: Sequence[Seat]) -> None:
        here = torch.ones(1, dtype=torch.bool)
        self._edits.set(
            [
                EditedRow(seat.place, seat.row.edit, seat.row.strength, here, seat.number)
                for seat in seats
                if seat.row.edit is not None and continues(seat.row.edit.positions)
            ]
        )

    def step(
        self,
        token: Int[Tensor, " places"],
        position: Int[Tensor, " places"],
        alive: Bool[Tensor, " places"],
        columns: int,
    ) -> Float[Tensor, "places vocab"]:
        shape = self.shape
        self._edits.count_only(alive)
        self._cache.at(torch.arange(len(token), device=shape.device), position, columns)
        masks = step_masks(position, columns, shape.window, shape.dtype)
        return self._model.forward(token[:, None], position[:, None], masks, self._cache, 1)[:, -1]

    def logits(self, last: Float[Tensor, "some vocab"]) -> Float[Tensor, "some vocab"]:
        return last

    def take_changed(self, numbers: Sequence[int]) -> list[float]:
        return self._edits.take(numbers)
