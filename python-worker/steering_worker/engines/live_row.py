"""A row in decoding: what it has said, where it stands, how it ends."""

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from steering_worker.engines.engine import Generated, Row, Stop
from steering_worker.engines.masks import continues
from steering_worker.engines.non_finite import NON_FINITE, not_finite
from steering_worker.engines.prefill import Prefilled
from steering_worker.engines.stops import StopStrings


@dataclass
class LiveRow:
    """`number` is the row's place in the block; `noise` has one uniform a step."""

    number: int
    row: Row
    noise: NDArray[np.float64]
    prompt: Prefilled
    tokens: list[int] = field(default_factory=list)
    stop: Stop | None = None

    @property
    def position(self) -> int:
        """Of the last token, which the next pass reads; an ended row stays out of the way at 0."""
        return 0 if self.stop is not None else self.prompt.length + len(self.tokens) - 1

    @property
    def uniform(self) -> float:
        return 0.0 if self.stop is not None else float(self.noise[len(self.tokens)])

    def extend(self, token: int | None, end_ids: frozenset[int], stops: StopStrings) -> None:
        """Take the next token; None where the logits were not finite.

        Raises `WorkerError` for a baseline row with such logits: no edit can be blamed for them.
        """
        if token is None:
            if self.row.edit is None:
                raise not_finite(f"sample {self.row.id} after {len(self.tokens)} tokens")
            self.stop = "error"
            return
        self.tokens.append(token)
        if token in end_ids:
            self.stop = "end"
        elif stops.found(self.tokens, self.row.decoding.stop):
            self.stop = "stop"
        elif len(self.tokens) == self.row.decoding.max_tokens:
            self.stop = "length"

    def result(self, changed: float) -> Generated:
        """What an ended row made; `changed` is the sum of norms over its edited positions after the prompt."""
        if self.stop is None:
            raise RuntimeError(f"row {self.row.id} has not ended")
        failed = self.stop == "error"
        edited = self.prompt.edited
        if self.row.edit is not None and continues(self.row.edit.positions):
            edited += len(self.tokens) if failed else len(self.tokens) - 1
        norm = (self.prompt.changed + changed) / edited if edited else math.nan
        return Generated(
            token_ids=tuple(self.tokens),
            stop=self.stop,
            error=NON_FINITE if failed else None,
            applied_norm=norm if math.isfinite(norm) else None,
        )
