"""After which blocks an edit acts."""

from collections.abc import Callable

from steering_worker.edits.edit import Edit
from steering_worker.errors import WorkerError


def edited_layers(edit: Edit, layer: int, count: int) -> tuple[int, ...]:
    """The blocks (0-based, ascending) after which an edit acts in a model of `count` blocks.

    That is `layer`, which its vector was fitted at, or what the edit's own `layers` says. Raise `WorkerError`
    `edit_layers` where these are none, out of order or not in the model, or several for an edit that needs `clean`.
    """
    own: Callable[[int, int], tuple[int, ...]] | None = getattr(edit, "layers", None)
    layers = (layer,) if own is None else own(layer, count)
    if not layers or layers != tuple(sorted(set(layers))) or layers[0] < 0 or layers[-1] >= count:
        raise WorkerError(
            "edit_layers",
            f"The edit {edit.kind} acts at the layers {list(layers)}, and the model has 0 to {count - 1}.",
            "Its `layers` returns one or several of them in ascending order.",
        )
    if len(layers) > 1 and needs_clean(edit):
        raise WorkerError(
            "edit_layers",
            f"The edit {edit.kind} acts at {len(layers)} layers and needs the unedited residual, known at one only.",
            "Apply it at one layer.",
        )
    return layers


def needs_clean(edit: Edit | type[Edit]) -> bool:
    """Whether it reads `clean`, as it declares."""
    return bool(getattr(edit, "needs_clean", False))
