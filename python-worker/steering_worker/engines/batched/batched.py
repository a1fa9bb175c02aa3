"""The engine `batched`: Gemma 3's own forward pass, for sweeps at the speed of the machine."""

from contextlib import nullcontext

from steering_worker.engines.batched.batch import FoldedBatch
from steering_worker.engines.batched.folded_model import FoldedModel
from steering_worker.engines.batched.folded_weights import take_weights
from steering_worker.engines.layered_engine import LayeredEngine
from steering_worker.engines.shape import shape_of
from steering_worker.models.loaded import LoadedModel


class BatchedEngine(LayeredEngine):
    """The contract of `engine.Engine` on folded weights, which it takes: `loaded.model` has none afterwards."""

    def __init__(self, loaded: LoadedModel) -> None:
        shape = shape_of(loaded)
        self._model = FoldedModel(shape, take_weights(loaded.model))
        super().__init__(
            "batched", loaded, self._model, lambda rows, places: nullcontext(FoldedBatch(self._model, rows, places))
        )
