"""What all engines do in the same way, for a model that runs block by block."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from jaxtyping import Float
from torch import Tensor

from steering_worker.engines.decoding.decode import Block, decode
from steering_worker.engines.decoding.running_batch import RunningBatch
from steering_worker.engines.decoding.stops import StopStrings
from steering_worker.engines.engine import (
    BlockResult,
    Condition,
    Continuation,
    DivergenceResult,
    MeasuredResult,
    Row,
)
from steering_worker.engines.measuring.capture import ROWS, capture
from steering_worker.engines.measuring.divergence import Divergences, diverge
from steering_worker.engines.measuring.layered_model import LayeredModel
from steering_worker.engines.measuring.logit_lens import read_lens
from steering_worker.engines.measuring.measure import Measurement, measure
from steering_worker.memory import halving
from steering_worker.models.loaded import LoadedModel
from steering_worker.progress import Progress
from steering_worker.prompt import Prompt

#: Makes a running batch for rows of a block, with a given number of places.
OpenBatch = Callable[[Sequence[Row], int], AbstractContextManager[RunningBatch]]
#: How many rows of a block to try at a time, up to a given number.
RowsAtATime = Callable[[Sequence[Row], int], int]


class LayeredEngine:
    """The contract of `engine.Engine`, given a model in layers and batches to decode in."""

    def __init__(
        self,
        name: str,
        loaded: LoadedModel,
        layered: LayeredModel,
        open_batch: OpenBatch,
        rows_that_fit: RowsAtATime = lambda _rows, most: most,
    ) -> None:
        """`rows_that_fit` plans with the memory that is free before a block's first attempt."""
        self.name = name
        self._layered, self._open_batch, self._rows_that_fit = layered, open_batch, rows_that_fit
        self._end_ids = loaded.end_ids
        self._stops = StopStrings(loaded.tokenizer)

    def residuals(
        self, prompts: Sequence[Prompt], layers: Sequence[int], progress: Progress
    ) -> list[Float[Tensor, "pos layers d_model"]]:
        finished: dict[int, Tensor] = {}
        halving(
            lambda rows: capture(self._layered, prompts, layers, rows, finished, progress),
            lambda: len(prompts) - len(finished),
            ROWS,
        )
        return [finished[number] for number in range(len(prompts))]

    def generate(self, rows: Sequence[Row], rows_at_a_time: int, seed: int, progress: Progress) -> BlockResult:
        block = Block(rows, seed, self._end_ids, self._stops)

        def attempt(places: int) -> None:
            with self._open_batch(rows, places) as batch:
                decode(batch, block, places, progress)

        fitting = self._rows_that_fit(rows, rows_at_a_time)
        realised = halving(attempt, lambda: len(block.unfinished()), fitting)
        return BlockResult(tuple(block.finished[n] for n in range(len(rows))), realised, block.steps, block.stages())

    def logprobs(self, items: Sequence[Continuation], rows_at_a_time: int, progress: Progress) -> MeasuredResult:
        measurement = Measurement(items)
        realised = halving(
            lambda rows: measure(self._layered, measurement, rows, progress),
            lambda: len(measurement.unfinished()),
            rows_at_a_time,
        )
        return MeasuredResult(tuple(measurement.finished[n] for n in range(len(items))), realised)

    def divergences(
        self, texts: Sequence[Prompt], items: Sequence[Condition], rows_at_a_time: int, progress: Progress
    ) -> DivergenceResult:
        work = Divergences(texts, items)
        realised = halving(lambda rows: diverge(self._layered, work, rows, progress), work.unfinished, rows_at_a_time)
        return DivergenceResult(work.results(), realised)

    def logit_lens(
        self, prompts: Sequence[Prompt], tokens: Sequence[Sequence[int]], progress: Progress
    ) -> list[Float[Tensor, "layers tokens 2"]]:
        finished: dict[int, Tensor] = {}
        halving(
            lambda rows: read_lens(self._layered, prompts, tokens, rows, finished, progress),
            lambda: len(prompts) - len(finished),
            ROWS,
        )
        return [finished[number] for number in range(len(prompts))]
