"""The decode loop: a block of rows over a number of places, each row as if it were alone."""

from collections import Counter, deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from steering_worker.engines.cache import PlaceCache
from steering_worker.engines.edit_groups import EditedRow, Edits
from steering_worker.engines.engine import Generated, Progress, Row
from steering_worker.engines.hooked_model import HookedModel
from steering_worker.engines.live_row import LiveRow
from steering_worker.engines.masks import continues, step_masks
from steering_worker.engines.prefill import Prefilled, prefill, prefill_key
from steering_worker.engines.sampling import Settings, make_settings, sample, uniforms
from steering_worker.engines.stops import StopStrings

#: Ended rows keep their places until one place in so many is free; then all are refilled or closed up in one go.
FREE_SHARE = 16


@dataclass
class Block:
    """What is decoded. `finished`, by number of row, and `steps` (passes of one token a row) grow over attempts."""

    rows: Sequence[Row]
    seed: int
    end_ids: frozenset[int]
    stops: StopStrings
    finished: dict[int, Generated] = field(default_factory=dict)
    steps: int = 0

    def unfinished(self) -> list[int]:
        return [number for number in range(len(self.rows)) if number not in self.finished]


def decode(model: HookedModel, block: Block, places: int, progress: Progress) -> None:
    """Decode the unfinished rows, at most `places` at a time, and put them into `block.finished`.

    Noise, prompt, positions and masks of a row do not depend on its neighbours: its result differs from that of the
    row alone by rounding only. Raises `WorkerError` for non-finite logits in a baseline row, and whatever `progress`
    raises; the hooks are gone afterwards in any case.
    """
    if block.unfinished():
        edits = Edits(2 * len(block.rows), model.shape.device)
        layers = sorted({row.edit.layer for row in block.rows if row.edit is not None})
        with torch.inference_mode(), model.hooked({layer: partial(edits, layer) for layer in layers}):
            _Decoder(model, block, places, progress, edits).run()


class _Decoder:
    """One attempt at a block: who sits where, with which keys and values."""

    def __init__(self, model: HookedModel, block: Block, places: int, progress: Progress, edits: Edits) -> None:
        self._model, self._block, self._progress, self._edits = model, block, progress, edits
        self._pending = deque(block.unfinished())
        self._places = min(places, len(self._pending))
        self._cache = PlaceCache(self._places)
        self._live: list[LiveRow] = []
        self._prompts: dict[Hashable, Prefilled] = {}
        self._waiting = Counter(prefill_key(block.rows[number]) for number in self._pending)
        # Apple's devices have no float64.
        self._sampler_device = torch.device("cpu") if model.shape.device.type == "mps" else model.shape.device

    def run(self) -> None:
        self._seat()
        while self._live:
            self._step_until_free(max(1, len(self._live) // FREE_SHARE))
            self._seat()

    def _step_until_free(self, wanted: int) -> None:
        shape, live = self._model.shape, self._live
        self._edits.set(_decoding_edits(live))
        settings = self._settings(live)
        places = torch.arange(len(live), device=shape.device)
        free = 0
        while free < wanted:
            columns = 1 + max(one.position for one in live)
            position = torch.tensor([one.position for one in live], device=shape.device)
            last = torch.tensor([one.tokens[-1] for one in live], device=shape.device)
            self._cache.at(places, position, columns)
            masks = step_masks(position, columns, shape.window, shape.dtype)
            logits = self._model.forward(last[:, None], position[:, None], masks, self._cache, 1)[:, -1]
            self._block.steps += 1
            self._progress()
            free += self._extend(live, logits, settings)

    def _extend(self, rows: Sequence[LiveRow], logits: Float[Tensor, "batch vocab"], settings: Settings) -> int:
        """Give every row that goes on its next token; record those that end with it and return their number."""
        logits = logits.to(self._sampler_device)
        noise = torch.from_numpy(np.array([one.uniform for one in rows])).to(self._sampler_device)
        chosen = sample(logits, settings, noise)
        finite = torch.isfinite(logits.sum(dim=-1, dtype=torch.float32))
        ended: list[LiveRow] = []
        for one, token in zip(rows, torch.where(finite, chosen, -1).tolist(), strict=True):
            if one.stop is None:
                one.extend(None if token < 0 else token, self._block.end_ids, self._block.stops)
                if one.stop is not None:
                    ended.append(one)
        changed = self._edits.take([one.number for one in ended])
        for one, sum_of_norms in zip(ended, changed, strict=True):
            self._block.finished[one.number] = one.result(sum_of_norms)
        return len(ended)

    def _seat(self) -> None:
        """Refill free places from the block in order; where it has no more rows, close up."""
        seats: list[LiveRow | None] = [one if one.stop is None else None for one in self._live]
        seats += [None] * (self._places - len(seats))
        free = [place for place, one in enumerate(seats) if one is None]
        while free and self._pending:
            numbers = [self._pending.popleft() for _ in range(min(len(free), len(self._pending)))]
            staying = self._start(numbers)
            for place, one in zip(free, staying, strict=False):
                seats[place] = one
            self._admit(free[: len(staying)], staying)
            free = free[len(staying) :]
        self._live = self._closed_up(seats)

    def _start(self, numbers: Sequence[int]) -> list[LiveRow]:
        """The rows with their first token, but for those that it ends."""
        rows = {number: self._block.rows[number] for number in numbers}
        keys = {number: prefill_key(row) for number, row in rows.items()}
        new = {keys[number]: row for number, row in rows.items() if keys[number] not in self._prompts}
        if new:
            done = prefill(self._model, self._edits, len(self._block.rows), list(new.values()))
            self._prompts.update(zip(new, done, strict=True))
            self._progress()
        started = [
            LiveRow(
                number,
                row,
                uniforms(self._block.seed, row.id, row.decoding.max_tokens),
                self._prompts[keys[number]],
            )
            for number, row in rows.items()
        ]
        self._extend(started, torch.stack([one.prompt.logits for one in started]), self._settings(started))
        self._waiting.subtract(keys.values())
        self._prompts = {key: prompt for key, prompt in self._prompts.items() if self._waiting[key] > 0}
        return [one for one in started if one.stop is None]

    def _admit(self, places: Sequence[int], rows: Sequence[LiveRow]) -> None:
        alike: dict[tuple[int, int], list[tuple[int, LiveRow]]] = {}
        for place, one in zip(places, rows, strict=True):
            alike.setdefault((id(one.prompt.cache), one.prompt.length), []).append((place, one))
        for (_, length), seated in alike.items():
            source = seated[0][1].prompt.cache
            self._cache.admit([place for place, _ in seated], source, [one.prompt.row for _, one in seated], length)

    def _closed_up(self, seats: Sequence[LiveRow | None]) -> list[LiveRow]:
        """The rows by place, the last ones moved into the places that stayed free."""
        count = sum(one is not None for one in seats)
        live: list[LiveRow | None] = list(seats[:count])
        holes = [place for place, one in enumerate(live) if one is None]
        movers = [place for place in range(count, len(seats)) if seats[place] is not None]
        if holes:
            self._cache.move(holes, movers)
            for hole, place in zip(holes, movers, strict=True):
                live[hole] = seats[place]
        return [one for one in live if one is not None]

    def _settings(self, rows: Sequence[LiveRow]) -> Settings:
        return make_settings([one.row.decoding for one in rows], self._model.shape.vocab_size, self._sampler_device)


def _decoding_edits(live: Sequence[LiveRow]) -> list[EditedRow]:
    here = torch.ones(1, dtype=torch.bool)
    return [
        EditedRow(place, one.row.edit, one.row.strength, here, one.number)
        for place, one in enumerate(live)
        if one.row.edit is not None and continues(one.row.edit.positions)
    ]
