"""What the decode loop needs from a model: reading prompts, filling places, steps of one token for each place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from jaxtyping import Bool, Float, Int
from torch import Tensor

from steering_worker.engines.engine import Row
from steering_worker.engines.shape import Shape


@dataclass(frozen=True)
class Prefilled:
    """A prompt under an edit or none: `row` of a `source` of keys and values, which only its batch understands.

    `last` is what `RunningBatch.logits` takes for the next token; `changed` is the sum of the norms of the edit's
    changes over the `edited` positions of the prompt, after every block that it edits.
    """

    source: Any
    row: int
    length: int
    last: Float[Tensor, " size"]
    changed: float
    edited: int


@dataclass(frozen=True)
class Seat:
    """A row of the block (by number) in a place."""

    place: int
    number: int
    row: Row


class RunningBatch(Protocol):
    """Keys and values of a number of places, each at its own length, and the edits of the rows that sit there."""

    shape: Shape

    def prefill(self, rows: Sequence[Row]) -> list[Prefilled]:
        """Each row's prompt under its edit; the rows are distinct in that."""

    def admit(self, places: Sequence[int], prompts: Sequence[Prefilled]) -> None:
        """Put prompts into places; whatever the places held before is gone."""

    def move(self, to: Sequence[int], taken: Sequence[int]) -> None:
        """Copy what places hold to others."""

    def seat(self, seats: Sequence[Seat]) -> None:
        """Who sits in the first `len(seats)` places, and so what is edited from now on."""

    def step(
        self,
        token: Int[Tensor, " places"],
        position: Int[Tensor, " places"],
        alive: Bool[Tensor, " places"],
        columns: int,
    ) -> Float[Tensor, "places size"]:
        """Read a token a place, at a position below `columns`; changes of rows that are alive are added up."""

    def logits(self, last: Float[Tensor, "some size"]) -> Float[Tensor, "some vocab"]:
        """Next-token logits of what `step` or a `Prefilled` gave."""

    def take_changed(self, numbers: Sequence[int]) -> list[float]:
        """Sums of the norms of the changes to the tokens after the prompt, by number of row."""
