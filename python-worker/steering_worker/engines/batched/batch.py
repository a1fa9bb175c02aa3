"""The running batch of the engine `batched`: static tensors, and a step that never waits for the device."""

from collections.abc import Sequence

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from steering_worker.engines.batched.additive_tables import Added, added_vector, fill_tables, make_tables, slots_of
from steering_worker.engines.batched.captured_step import CapturedStep, CudaCapture
from steering_worker.engines.batched.folded_model import FoldedModel
from steering_worker.engines.batched.place_cache import PlaceCache, bucketed, cache_widths
from steering_worker.engines.batched.shared_prefill import Branch, shared_prefill
from steering_worker.engines.batched.step import step
from steering_worker.engines.decoding.running_batch import Prefilled, Seat
from steering_worker.engines.edit_groups import EditedRow, Edits
from steering_worker.engines.engine import AppliedEdit, Row
from steering_worker.engines.masks import continues


class FoldedBatch:
    """A `running_batch.RunningBatch` for one block of rows."""

    def __init__(self, model: FoldedModel, rows: Sequence[Row], places: int) -> None:
        self.shape = model.shape
        self._model, self._rows = model, len(rows)
        device, places = self.shape.device, min(places, len(rows))
        applied = _distinct([row.edit for row in rows if row.edit is not None])
        self._edits = Edits(2 * len(rows), device)
        self._slots = slots_of(applied)
        self._tables = make_tables(applied, places, device)
        longest = max(len(row.prompt.ids) + row.decoding.max_tokens for row in rows)
        widths = cache_widths(self.shape, model.weights.kinds, longest)
        heads = model.weights.kv_heads, model.weights.d_head
        self._cache = PlaceCache(places, widths, heads, self.shape.dtype, device)
        self._places = torch.arange(places, device=device)
        self._numbers = torch.zeros(places, dtype=torch.int64, device=device)
        self._captured = CapturedStep(self._step, places, device, CudaCapture()) if device.type == "cuda" else None

    def prefill(self, rows: Sequence[Row]) -> list[Prefilled]:
        self._edits.count_only(None)
        return shared_prefill(self._model, self._edits, self._rows, rows)

    def admit(self, places: Sequence[int], prompts: Sequence[Prefilled]) -> None:
        device = self.shape.device
        alike: dict[tuple[int, int], list[tuple[int, int]]] = {}
        sources: dict[int, Branch] = {}
        for place, prompt in zip(places, prompts, strict=True):
            sources[id(prompt.source)] = prompt.source
            alike.setdefault((id(prompt.source), prompt.length), []).append((place, prompt.row))
        for (source, length), admitted in alike.items():
            to = torch.tensor([place for place, _ in admitted], device=device)
            rows = torch.tensor([row for _, row in admitted], device=device)
            for layer in range(self.shape.layers):
                self._cache.admit(layer, to, sources[source].keys_values(layer, rows), length)

    def move(self, to: Sequence[int], taken: Sequence[int]) -> None:
        device = self.shape.device
        self._cache.move(torch.tensor(to, device=device), torch.tensor(taken, device=device))

    def seat(self, seats: Sequence[Seat]) -> None:
        steered = [(seat, seat.row.edit) for seat in seats if seat.row.edit and continues(seat.row.edit.positions)]
        adding = [Added(seat.place, edit, seat.row.strength) for seat, edit in steered if id(edit) in self._slots]
        fill_tables(self._tables, self._slots, adding, len(seats))
        self._numbers[: len(seats)] = torch.tensor([seat.number for seat in seats], device=self.shape.device)
        here = torch.ones(1, dtype=torch.bool)
        self._edits.set(
            [
                EditedRow(seat.place, edit, seat.row.strength, here, seat.number)
                for seat, edit in steered
                if added_vector(edit) is None
            ]
        )

    def step(
        self,
        token: Int[Tensor, " places"],
        position: Int[Tensor, " places"],
        alive: Bool[Tensor, " places"],
        columns: int,
    ) -> Float[Tensor, "places d_model"]:
        self._edits.count_only(alive)
        columns = bucketed(columns, self.shape.device, self.shape.dtype)
        # An edit's own code may not do the same every time.
        if self._captured is None or not self._edits.empty:
            return self._step(token, position, alive, columns)
        return self._captured(token, position, alive, columns)

    def _step(
        self,
        token: Int[Tensor, " places"],
        position: Int[Tensor, " places"],
        alive: Bool[Tensor, " places"],
        columns: int,
    ) -> Float[Tensor, "places d_model"]:
        live = len(token)
        return step(
            self._model,
            self._cache,
            {layer: table.first(live) for layer, table in self._tables.items()},
            self._edits,
            self._numbers[:live],
            self._places[:live],
            token,
            position,
            alive,
            columns,
        )

    def logits(self, last: Float[Tensor, "some d_model"]) -> Float[Tensor, "some vocab"]:
        return self._model.unembed(last)

    def take_changed(self, numbers: Sequence[int]) -> list[float]:
        return self._edits.take(numbers)


def _distinct(edits: Sequence[AppliedEdit]) -> list[AppliedEdit]:
    return list({id(edit): edit for edit in edits}.values())
