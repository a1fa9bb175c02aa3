"""What measurements without decoding need from a model: its embedding, its blocks one by one, its unembedding."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from jaxtyping import Float, Int
from torch import Tensor

from steering_worker.engines.masks import Padded
from steering_worker.engines.shape import Shape
from steering_worker.models.families.architecture import AttentionKind

#: Of one kind of attention: additive mask `[batch, 1, pos, pos]`, cosines and sines of the rotary embedding.
Placing = tuple[Tensor, ...]


@dataclass(frozen=True)
class Placed:
    """What the blocks of each kind read besides the residual; every tensor has the batch first."""

    by_kind: Mapping[AttentionKind, Placing]

    def rows(self, rows: Int[Tensor, " batch"]) -> "Placed":
        """Those of `rows`, in that order; a batch of one where they are all the same row, to be broadcast."""
        taken = rows[:1] if bool((rows == rows[0]).all()) else rows
        return Placed({kind: tuple(part[taken] for part in parts) for kind, parts in self.by_kind.items()})


class LayeredModel(Protocol):
    """No hook is called: whoever edits a residual does it between two calls of `blocks`."""

    @property
    def shape(self) -> Shape: ...

    def start(self, padded: Padded) -> tuple[Float[Tensor, "batch pos d_model"], Placed]:
        """The residual before block 0, and what the blocks read of the tokens' places."""

    def blocks(
        self, resid: Float[Tensor, "batch pos d_model"], placed: Placed, first: int, stop: int, last: int | None = None
    ) -> Float[Tensor, "batch some d_model"]:
        """The residual after block `stop - 1`, given the one before block `first`; a batch that `placed` fits.

        Of the last block only the `last` positions are answered, where that is given.
        """

    def unembed(self, resid: Float[Tensor, "... d_model"]) -> Float[Tensor, "... vocab"]:
        """Logits by the final norm and the unembedding, soft cap included."""
