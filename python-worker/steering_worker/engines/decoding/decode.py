"""The decode loop of every engine: a block of rows over a number of places, each row as if it were alone."""

import time
from collections import Counter, deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

import torch

from steering_worker.engines.decoding.decode_state import DecodeState, make_state
from steering_worker.engines.decoding.ended_row import generated, stop_at
from steering_worker.engines.decoding.prefill import prefill_key
from steering_worker.engines.decoding.running_batch import Prefilled, RunningBatch, Seat
from steering_worker.engines.decoding.sampling import kinds_of
from steering_worker.engines.decoding.stops import StopStrings
from steering_worker.engines.engine import Generated, Row, Stages
from steering_worker.engines.logits_budget import positions_at_a_time
from steering_worker.progress import Progress

#: Ended rows keep their places until one place in this many is free; then all are refilled or compacted at once.
FREE_SHARE = 16
#: Prompts are read ahead of the rows that need them, one for this many places.
AHEAD_SHARE = 4
#: Steps between two looks at which rows have ended. On a device that runs ahead of the host each look is a wait.
STEPS_A_LOOK = {"cuda": 16}
STEPS_A_LOOK_ELSEWHERE = 2


@dataclass
class Block:
    """What is decoded. `finished`, by number of row, and the counts below it grow over attempts.

    `steps` are passes of one token a place.
    """

    rows: Sequence[Row]
    seed: int
    end_ids: frozenset[int]
    stops: StopStrings
    finished: dict[int, Generated] = field(default_factory=dict)
    steps: int = 0
    prefill_seconds: float = 0.0
    decode_seconds: float = 0.0
    prefill_tokens: int = 0
    decode_tokens: int = 0

    def unfinished(self) -> list[int]:
        return [number for number in range(len(self.rows)) if number not in self.finished]

    def stages(self) -> Stages:
        return Stages(self.prefill_seconds, self.decode_seconds, self.prefill_tokens, self.decode_tokens)


def decode(batch: RunningBatch, block: Block, places: int, progress: Progress) -> None:
    """Decode the unfinished rows, at most `places` at a time, and put them into `block.finished`.

    Noise, prompt, positions and masks of a row do not depend on its neighbours: its result differs from that of the
    row alone by rounding only. Raises `WorkerError` for non-finite logits in a baseline row, and whatever `progress`
    raises.
    """
    if block.unfinished():
        with torch.inference_mode():
            _Decoder(batch, block, places, progress).run()


@dataclass
class _Sitting:
    """A row in decoding; `looked` of its tokens are known not to end it."""

    number: int
    row: Row
    prompt: Prefilled
    looked: int = 0
    ended: bool = False


class _Decoder:
    """One attempt at a block: who sits where."""

    def __init__(self, batch: RunningBatch, block: Block, places: int, progress: Progress) -> None:
        self._batch, self._block, self._progress = batch, block, progress
        self._pending = deque(block.unfinished())
        self._places = min(places, len(self._pending))
        # Apple's devices have no float64.
        self._device = torch.device("cpu") if batch.shape.device.type == "mps" else batch.shape.device
        decodings = [row.decoding for row in block.rows]
        self._kinds = kinds_of(decodings, batch.shape.vocab_size)
        self._most = max(decoding.max_tokens for decoding in decodings)
        stop_strings = any(decoding.stop for decoding in decodings)
        self._steps_a_look = 1 if stop_strings else STEPS_A_LOOK.get(self._device.type, STEPS_A_LOOK_ELSEWHERE)
        self._end_ids = torch.tensor(sorted(block.end_ids), device=self._device)
        first = [(number, block.rows[number]) for number in list(self._pending)[: self._places]]
        self._state = make_state(first, block.seed, self._most, batch.shape.vocab_size, self._device)
        self._sitting: list[_Sitting] = []
        self._prompts: dict[Hashable, Prefilled] = {}
        self._waiting = Counter(prefill_key(block.rows[number]) for number in self._pending)

    def run(self) -> None:
        self._seat()
        while self._sitting:
            self._step_until_free(max(1, len(self._sitting) // FREE_SHARE))
            self._seat()

    def _step_until_free(self, wanted: int) -> None:
        started = time.perf_counter()
        live = len(self._sitting)
        state = self._state.first(live)
        self._batch.seat([Seat(place, one.number, one.row) for place, one in enumerate(self._sitting)])
        free, columns = 0, 1 + int(state.position.max())
        # Steps until the last row has its length: none is taken beyond.
        left = int((state.limit - state.count).max())
        device = self._batch.shape.device
        while free < wanted:
            steps = max(1, min(self._steps_a_look, left))
            left -= steps
            for _ in range(steps):
                last = self._batch.step(
                    state.token.to(device), state.position.to(device), state.alive.to(device), columns
                )
                self._take(state, last)
                columns += 1
            self._block.steps += steps
            self._block.decode_tokens += live * steps
            self._progress()
            free += self._look(state, self._sitting)
        self._block.decode_seconds += time.perf_counter() - started

    def _take(self, state: DecodeState, last: torch.Tensor) -> None:
        rows_at_a_time = positions_at_a_time(self._batch.shape.vocab_size)
        for start in range(0, last.shape[0], rows_at_a_time):
            some = slice(start, start + rows_at_a_time)
            state.take(self._batch.logits(last[some]).to(self._device), self._kinds, self._end_ids, some)

    def _look(self, state: DecodeState, sitting: Sequence[_Sitting]) -> int:
        """Record the rows that have ended; return their number."""
        count = state.count.tolist()
        ended: list[tuple[_Sitting, int, list[int], bool]] = []
        alive, failed = state.alive.tolist(), state.failed.tolist()
        for place, one in enumerate(sitting):
            if not one.ended and (not alive[place] or one.row.decoding.stop):
                ended.append((one, place, state.made[place, : count[place]].tolist(), failed[place]))
        results = []
        for one, place, tokens, bad in ended:
            found = stop_at(one.row, tokens, bad, self._block.end_ids, self._block.stops, one.looked)
            one.looked = len(tokens)
            if found is not None:
                one.ended = True
                state.alive[place] = False
                results.append((one, tokens[: found[0]], found[1]))
        changed = self._batch.take_changed([one.number for one, _, _ in results])
        for (one, tokens, stop), sum_of_norms in zip(results, changed, strict=True):
            self._block.finished[one.number] = generated(one.row, one.prompt, tokens, stop, sum_of_norms)
        return len(results)

    def _seat(self) -> None:
        """Refill free places from the block in order; where it has no more rows, close up."""
        started = time.perf_counter()
        seats: list[_Sitting | None] = [None if one.ended else one for one in self._sitting]
        seats += [None] * (self._places - len(seats))
        free = [place for place, one in enumerate(seats) if one is None]
        while free and self._pending:
            numbers = [self._pending.popleft() for _ in range(min(len(free), len(self._pending)))]
            staying, state = self._start(numbers)
            for place, one in zip(free, staying, strict=False):
                seats[place] = one
            taken, free = free[: len(staying)], free[len(staying) :]
            if staying:
                self._state.put(torch.tensor(taken, device=self._device), state)
                self._batch.admit(taken, [one.prompt for one in staying])
        self._sitting = self._closed_up(seats)
        self._block.prefill_seconds += time.perf_counter() - started

    def _start(self, numbers: Sequence[int]) -> tuple[list[_Sitting], DecodeState]:
        """The rows with their first token, but for those that it ends."""
        rows = {number: self._block.rows[number] for number in numbers}
        keys = {number: prefill_key(row) for number, row in rows.items()}
        new = {keys[number]: row for number, row in rows.items() if keys[number] not in self._prompts}
        if new:
            self._add_coming(new)
            self._prompts.update(zip(new, self._batch.prefill(list(new.values())), strict=True))
            self._block.prefill_tokens += sum(len(row.prompt.ids) for row in new.values())
            self._progress()
        started = [_Sitting(number, row, self._prompts[keys[number]]) for number, row in rows.items()]
        shape = self._batch.shape
        state = make_state(list(rows.items()), self._block.seed, self._most, shape.vocab_size, self._device)
        self._take(state, torch.stack([one.prompt.last for one in started]))
        self._look(state, started)
        self._waiting.subtract(keys.values())
        self._prompts = {key: prompt for key, prompt in self._prompts.items() if self._waiting[key] > 0}
        staying = [place for place, one in enumerate(started) if not one.ended]
        return [started[place] for place in staying], state.at(
            torch.tensor(staying, dtype=torch.int64, device=self._device)
        )

    def _add_coming(self, new: dict[Hashable, Row]) -> None:
        """Prompts of the rows that come next: many prompts in one pass take less time than a few at a time."""
        for number in self._pending:
            if len(new) >= self._places // AHEAD_SHARE:
                return
            key = prefill_key(self._block.rows[number])
            if key not in self._prompts:
                new.setdefault(key, self._block.rows[number])

    def _closed_up(self, seats: Sequence[_Sitting | None]) -> list[_Sitting]:
        """The rows by place, the last ones moved into the places that stayed free."""
        count = sum(one is not None for one in seats)
        live: list[_Sitting | None] = list(seats[:count])
        holes = [place for place, one in enumerate(live) if one is None]
        movers = [place for place in range(count, len(seats)) if seats[place] is not None]
        if holes:
            self._batch.move(holes, movers)
            moved = self._state.at(torch.tensor(movers, device=self._device))
            self._state.put(torch.tensor(holes, device=self._device), moved)
            for hole, place in zip(holes, movers, strict=True):
                live[hole] = seats[place]
        return [one for one in live if one is not None]
