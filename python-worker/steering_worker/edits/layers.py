"""After which blocks an edit acts."""

from steering_worker.edits.edit import Edit
from steering_worker.errors import WorkerError


def edited_layers(edit: Edit, layer: int, count: int) -> tuple[int, ...]:
    """The blocks (0-based, ascending) after which an edit acts in a model of `count` blocks.

    `layer` is the one that its vector was fitted at. Raise `WorkerError` `edit_layers` where the edit's own `layers`
    gives none, or some that are out of order or not in the model, or several though it needs `clean`.
    """
    layers = edit.layers(layer, count)
    if not layers or layers != tuple(sorted(set(layers))) or layers[0] < 0 or layers[-1] >= count:
        raise WorkerError(
            "edit_layers",
            f"The edit {edit.kind} acts at the layers {list(layers)}, and the model has 0 to {count - 1}.",
            "Its `layers` returns one or several of them in ascending order.",
        )
    if len(layers) > 1 and edit.needs_clean:
        raise WorkerError(
            "edit_layers",
            f"The edit {edit.kind} acts at {len(layers)} layers and needs the unedited residual, known at one only.",
            "Apply it at one layer.",
        )
    return layers


def chooses_layers(cls: type) -> bool:
    """Whether a class of edits defines `layers`, instead of acting at the layer of its vector."""
    return getattr(cls, "layers", Edit.layers) is not Edit.layers
