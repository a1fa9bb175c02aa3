"""Converts a request's edits to edits that an engine can apply."""

from collections.abc import Sequence

from steering_worker.edits.layers import edited_layers
from steering_worker.engines.engine import AppliedEdit
from steering_worker.errors import WorkerError
from steering_worker.methods.registry import make_edit
from steering_worker.protocol.messages import SteeringEdit
from steering_worker.session import Session


def applied_edits(session: Session, edits: Sequence[SteeringEdit]) -> list[AppliedEdit]:
    """One for each entry of the request, so that rows that share it are edited together."""
    return [_applied(session, entry) for entry in edits]


def _applied(session: Session, entry: SteeringEdit) -> AppliedEdit:
    session.check_layer(entry.layer)
    vector = session.vector(entry.vector, entry.layer)
    edit = make_edit(entry.edit.kind, entry.edit.params, entry.edit.sha256)
    missing = [name for name in edit.tensors if name not in vector.tensors]
    if missing:
        has = ", ".join(f"`{name}`" for name in vector.tensors)
        raise WorkerError(
            "vector_lacks_tensor",
            f"The edit `{entry.edit.kind}` needs the tensor `{missing[0]}`, and the vector `{entry.vector}` has {has}.",
            "Pair the edit with a direction that produces it.",
        )
    fitted = {name: vector.tensors[name] for name in edit.tensors}
    layers = edited_layers(edit, entry.layer, session.held.loaded.layers)
    return AppliedEdit(edit=edit, fitted=fitted, layers=layers, positions=entry.positions)
