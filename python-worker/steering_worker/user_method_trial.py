"""A user's edit tried on small tensors before a model is loaded."""

from collections.abc import Mapping

import torch
from torch import Tensor

from steering_worker.directions.direction import Evidence
from steering_worker.edits.edit import Edit
from steering_worker.errors import WorkerError
from steering_worker.user_method_guards import user_error
from steering_worker.user_methods import UserMethods

D_MODEL, FEATURES = 8, 3


def try_edit(edit: Edit, methods: UserMethods) -> None:
    """Raise `WorkerError` `user_method` where the edit breaks its contract on a batch of two rows.

    Tensors that the file's own direction makes are fitted on small random evidence. An edit whose tensors cannot be
    had in this way is not tried.
    """
    fitted = _example(edit, methods)
    if fitted is None:
        return
    for dtype in (torch.float32, torch.bfloat16):
        _try(edit, methods.path, fitted, dtype)


def _try(edit: Edit, path: str, fitted: Mapping[str, Tensor], dtype: torch.dtype) -> None:
    resid = _normal(1, 2, 3, D_MODEL).to(dtype)
    before = resid.clone()
    neutral = 0.0 if edit.neutral is None else edit.neutral
    strength = torch.tensor([neutral, neutral + 1.0])
    mask = torch.tensor([[True, True, False], [False, True, True]])
    # What an engine gives stays what it was: the edit returns a new tensor.
    edited = edit.edit(resid, resid.clone(), fitted, strength, mask)
    if not isinstance(edited, Tensor) or edited.shape != resid.shape or edited.dtype != dtype:
        got = f"{edited.dtype} {list(edited.shape)}" if isinstance(edited, Tensor) else type(edited).__name__
        raise user_error(
            path, f"`edit` returned {got} for {dtype} {list(resid.shape)}", "Keep the shape and the dtype."
        )
    if not torch.equal(resid, before):
        raise user_error(path, "`edit` changed the residual that it was given", "Return a new tensor.")
    if not torch.equal(edited[~mask], resid[~mask]):
        raise user_error(path, "`edit` changed a position outside the mask", "Use torch.where with the mask.")
    if edit.neutral is not None and not torch.equal(edited[0], resid[0]):
        what = f"`edit` changed a row at the neutral strength {edit.neutral}"
        raise user_error(path, what, "Return such rows bit for bit, or set `neutral = None`.")
    if hasattr(edit, "layers"):
        unknown = torch.full_like(resid, torch.nan)
        if not torch.equal(edit.edit(resid, unknown, fitted, strength, mask), edited):
            what = "it has `layers` and its `edit` reads `clean`, which is known at one layer only"
            raise user_error(path, what, "Read `resid` instead, or leave `layers` out.")


def _example(edit: Edit, methods: UserMethods) -> Mapping[str, Tensor] | None:
    known = {
        "vector": _normal(2, D_MODEL),
        "w_enc": _normal(3, D_MODEL, FEATURES),
        "b_enc": _normal(4, FEATURES),
        "threshold": _normal(5, FEATURES).abs(),
        "w_dec": _normal(6, FEATURES, D_MODEL),
        "reference": _normal(7, FEATURES).abs(),
    }
    own = methods.direction
    if own is not None and set(edit.tensors) <= set(own.tensors):
        if any(field.is_required() for field in own.Params.model_fields.values()):
            return None
        try:
            return own(own.Params()).fit(_evidence()).tensors
        except WorkerError:
            return None
    return {name: known[name] for name in edit.tensors} if set(edit.tensors) <= set(known) else None


def _evidence() -> Evidence:
    return Evidence(
        layer=0,
        d_model=D_MODEL,
        positive=_normal(8, 3, D_MODEL),
        negative=_normal(9, 3, D_MODEL),
        activations=_normal(10, 24, D_MODEL),
        resid_norm=float(D_MODEL**0.5),
        model_ref="/example",
        model_folder=None,
        seed=0,
    )


def _normal(seed: int, *shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))
