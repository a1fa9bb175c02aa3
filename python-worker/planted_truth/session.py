"""What a worker of planted truths keeps between requests."""

from collections.abc import Sequence

from planted_truth.conditions import Condition
from planted_truth.truth import LayerTruth, Planted, PlantedTruth
from planted_truth.vectors import PlantedVector
from steering_worker.errors import WorkerError
from steering_worker.protocol.messages import ModelReference, SteeringEdit


class Session:
    def __init__(self, out_of_memory_at: str | None = None) -> None:
        self._out_of_memory_at = out_of_memory_at
        self._reference: ModelReference | None = None
        self._planted: Planted | None = None
        self._vectors: dict[str, PlantedVector] = {}

    @property
    def truth(self) -> PlantedTruth:
        if self._planted is None:
            raise WorkerError("no_model", "The request needs a truth, and none is loaded.", "Send `load` first.")
        return self._planted.truth

    def holds(self, reference: ModelReference) -> bool:
        return self._reference == reference

    def hold(self, reference: ModelReference, planted: Planted) -> None:
        self._reference, self._planted = reference, planted
        self._vectors.clear()

    @property
    def sha256(self) -> str:
        return self._planted.sha256 if self._planted else ""

    def require_memory(self, samples: Sequence[str]) -> None:
        prefix = self._out_of_memory_at
        if prefix is not None and any(sample.startswith(prefix) for sample in samples):
            raise WorkerError("out_of_memory", "There is no memory for a sample.", "Ask without it.", "smaller")

    def layer(self, index: int) -> LayerTruth:
        layers = self.truth.layers
        if index >= len(layers):
            raise WorkerError(
                "layer_out_of_range",
                f"The layer {index} does not exist: the planted model has layers 0 to {len(layers) - 1}.",
                "Give an existing layer, or a fraction of the depth.",
            )
        return layers[index]

    def keep_vector(self, name: str, vector: PlantedVector, layer: int) -> None:
        self.layer(layer)
        if vector.layer != layer:
            raise WorkerError(
                "wrong_layer",
                f"The vector `{name}` was fitted at layer {vector.layer}, not at layer {layer}.",
                "Use it at its own layer.",
            )
        self._vectors[name] = vector

    def conditions(
        self, edits: Sequence[SteeringEdit], chosen: Sequence[int], strengths: Sequence[float]
    ) -> list[Condition]:
        """For each row, the entry of `edits` that it names (-1: none) at its strength in multiples of the vector."""
        vectors = [self._vector_of(edit) for edit in edits]
        return [
            Condition(self.truth)
            if index == -1
            else Condition(self.truth, vectors[index], self._resid(vectors[index], strength))
            for index, strength in zip(chosen, strengths, strict=True)
        ]

    def _resid(self, vector: PlantedVector, strength: float) -> float:
        return abs(strength) * vector.norm / self.layer(vector.layer).resid_norm

    def _vector_of(self, edit: SteeringEdit) -> PlantedVector:
        vector = self._vectors.get(edit.vector)
        if vector is None:
            raise WorkerError(
                "unknown_vector",
                f"The vector `{edit.vector}` was neither fitted nor put since the model was loaded.",
                "Send `fit` or `put` first.",
            )
        if vector.layer != edit.layer or edit.edit.kind != "add":
            raise WorkerError(
                "planted_edit",
                f"The edit `{edit.edit.kind}` at layer {edit.layer} is not planted for the vector `{edit.vector}`, "
                f"which belongs to layer {vector.layer}.",
                "Use the edit `add`, and the vector at its own layer.",
            )
        return vector
