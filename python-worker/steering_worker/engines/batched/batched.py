"""The engine `batched`: this project's own forward pass, for sweeps at the speed of the machine."""

from contextlib import nullcontext

from steering_worker.engines.batched.batch import FoldedBatch
from steering_worker.engines.batched.block_size import BlockSize, size_of
from steering_worker.engines.batched.folded_model import FoldedModel
from steering_worker.engines.batched.folded_weights import take_weights
from steering_worker.engines.batched.free_memory import free_bytes
from steering_worker.engines.batched.matrix import packs
from steering_worker.engines.batched.memory_plan import MemoryPlan, plan_memory, rows_that_fit
from steering_worker.engines.layered_engine import LayeredEngine
from steering_worker.engines.shape import shape_of
from steering_worker.models.loaded import HuggingFaceModel


class BatchedEngine(LayeredEngine):
    """The contract of `engine.Engine` on folded weights, which it takes: `loaded.model` has none afterwards."""

    def __init__(self, loaded: HuggingFaceModel) -> None:
        shape = shape_of(loaded)
        model = FoldedModel(shape, take_weights(loaded.model, loaded.architecture, packs(shape.device, shape.dtype)))
        super().__init__(
            "batched",
            loaded,
            model,
            lambda rows, places: nullcontext(FoldedBatch(model, rows, places)),
            lambda rows, most: rows_that_fit(model, size_of(rows, shape.vocab_size), most, free_bytes(shape.device)),
        )
        self._model = model

    def plan(self, block: BlockSize, rows_at_a_time: int) -> MemoryPlan:
        """The memory that a block takes at a given number of rows at a time."""
        return plan_memory(self._model, block, rows_at_a_time)
