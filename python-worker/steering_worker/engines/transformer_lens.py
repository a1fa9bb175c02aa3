"""The reference engine: TransformerLens' bridge around Hugging Face's modules."""

from collections.abc import Sequence

from jaxtyping import Float
from torch import Tensor

from steering_worker.engines.bridged_model import BridgedModel
from steering_worker.engines.capture import ROWS, capture
from steering_worker.engines.decode import Block, decode
from steering_worker.engines.divergence import Divergences, diverge
from steering_worker.engines.engine import (
    BlockResult,
    Condition,
    Continuation,
    DivergenceResult,
    MeasuredResult,
    Progress,
    Prompt,
    Row,
)
from steering_worker.engines.logit_lens import read_lens
from steering_worker.engines.measure import Measurement, measure
from steering_worker.engines.memory import halving
from steering_worker.engines.stops import StopStrings
from steering_worker.models.loaded import LoadedModel


class TransformerLensEngine:
    """The contract of `engine.Engine` on a `TransformerBridge`; residuals and logits are those of eager attention."""

    name = "transformer_lens"

    def __init__(self, loaded: LoadedModel) -> None:
        self._model = BridgedModel(loaded)
        self._end_ids = loaded.end_ids
        self._stops = StopStrings(loaded.tokenizer)

    def residuals(
        self, prompts: Sequence[Prompt], layers: Sequence[int], progress: Progress
    ) -> list[Float[Tensor, "pos layers d_model"]]:
        finished: dict[int, Tensor] = {}
        halving(
            lambda rows: capture(self._model, prompts, layers, rows, finished, progress),
            lambda: len(prompts) - len(finished),
            ROWS,
        )
        return [finished[number] for number in range(len(prompts))]

    def generate(self, rows: Sequence[Row], rows_at_a_time: int, seed: int, progress: Progress) -> BlockResult:
        block = Block(rows, seed, self._end_ids, self._stops)
        realised = halving(
            lambda places: decode(self._model, block, places, progress),
            lambda: len(block.unfinished()),
            rows_at_a_time,
        )
        return BlockResult(tuple(block.finished[n] for n in range(len(rows))), realised, block.steps)

    def logprobs(self, items: Sequence[Continuation], rows_at_a_time: int, progress: Progress) -> MeasuredResult:
        measurement = Measurement(items)
        realised = halving(
            lambda rows: measure(self._model.layered, measurement, rows, progress),
            lambda: len(measurement.unfinished()),
            rows_at_a_time,
        )
        return MeasuredResult(tuple(measurement.finished[n] for n in range(len(items))), realised)

    def divergences(
        self, texts: Sequence[Prompt], items: Sequence[Condition], rows_at_a_time: int, progress: Progress
    ) -> DivergenceResult:
        work = Divergences(texts, items)
        realised = halving(
            lambda rows: diverge(self._model.layered, work, rows, progress), work.unfinished, rows_at_a_time
        )
        return DivergenceResult(work.results(), realised)

    def logit_lens(
        self, prompts: Sequence[Prompt], tokens: Sequence[Sequence[int]], progress: Progress
    ) -> list[Float[Tensor, "layers tokens 2"]]:
        finished: dict[int, Tensor] = {}
        halving(
            lambda rows: read_lens(self._model.layered, prompts, tokens, rows, finished, progress),
            lambda: len(prompts) - len(finished),
            ROWS,
        )
        return [finished[number] for number in range(len(prompts))]
