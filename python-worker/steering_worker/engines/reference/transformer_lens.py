"""The reference engine: TransformerLens' bridge around Hugging Face's modules."""

from steering_worker.engines.layered_engine import LayeredEngine
from steering_worker.engines.reference.bridged_model import BridgedModel
from steering_worker.engines.reference.hooked_batch import hooked_batch
from steering_worker.models.loaded import HuggingFaceModel


class TransformerLensEngine(LayeredEngine):
    """The contract of `engine.Engine` on a `TransformerBridge`; residuals and logits are those of eager attention."""

    def __init__(self, loaded: HuggingFaceModel) -> None:
        self._model = BridgedModel(loaded)
        super().__init__(
            "transformer_lens",
            loaded,
            self._model.layered,
            lambda rows, places: hooked_batch(self._model, rows, places),
        )
