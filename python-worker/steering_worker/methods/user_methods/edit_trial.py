"""Tries an edit on small tensors: a position's result must follow from it, its row's strength and its mask alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import NoReturn

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from steering_worker.edits.edit import Edit
from steering_worker.edits.layers import chooses_layers
from steering_worker.methods.user_methods.examples import D_MODEL, normal
from steering_worker.methods.user_methods.faults import located, user_error
from steering_worker.methods.user_methods.guards import edit_method

#: Largest difference that counts as rounding, relative to the largest value at the position.
TOLERANCE: Mapping[torch.dtype, float] = {torch.float32: 1e-4, torch.bfloat16: 2**-4}
#: Above the neutral strength, one for each row; the last but one row is masked throughout, the last one neutral.
STRENGTHS = (0.5, 3.0, 1.0, 1000.0, 2.0, 0.0)
MASK = ((1, 1, 1, 1), (0, 1, 0, 1), (1, 0, 1, 1), (0, 0, 1, 1), (0, 0, 0, 0), (1, 1, 1, 1))
#: (row, position) that is also edited by itself.
ALONE = ((1, 1), (2, 3), (3, 2))
PADDING = 3


@dataclass(frozen=True)
class Rows:
    resid: Float[Tensor, "batch pos d_model"]
    strength: Float[Tensor, " batch"]
    mask: Bool[Tensor, "batch pos"]

    def at(self, rows: slice, positions: slice) -> "Rows":
        return Rows(self.resid[rows, positions].clone(), self.strength[rows], self.mask[rows, positions])


@dataclass(frozen=True)
class Trial:
    """`tick` is called before each call of `edit`, which may be slow."""

    edit: Edit
    fitted: Mapping[str, Tensor]
    path: str
    tick: Callable[[], None]

    def refuse(self, what: str, advice: str) -> NoReturn:
        name = edit_method(type(self.edit))
        raise user_error(self.path, f"{located(self.path, name, getattr(type(self.edit), name))} {what}", advice)


def try_edit(edit: Edit, fitted: Mapping[str, Tensor], path: str, tick: Callable[[], None]) -> None:
    """Raise `WorkerError` `user_method`, with the line of `path`, where the edit breaks its contract.

    It is called in float32 and bfloat16 on rows of many strengths: on all of them, on single positions, on the rows
    in another order among others and with padding, and on the first ones again.
    """
    trial = Trial(edit, fitted, path, tick)
    several = chooses_layers(type(edit))
    if several:
        _try_layers(trial, edit.layers(13, 26))
    with torch.inference_mode():
        for dtype in TOLERANCE:
            rows = _example_rows(edit, dtype)
            edited = _try_rows(trial, rows)
            exact = _edited(trial, replace(rows, resid=rows.resid.to(torch.float32)))
            if _far(edited, exact, dtype):
                trial.refuse(f"gives another result in {_name(dtype)} than in float32", "Compute in float32.")
            if several:
                _try_without_clean(trial, rows, edited)
                _try_rows(trial, replace(rows, resid=edited))


def _example_rows(edit: Edit, dtype: torch.dtype) -> Rows:
    neutral = 0.0 if edit.neutral is None else float(edit.neutral)
    mask = torch.tensor(MASK, dtype=torch.bool)
    resid = (5 * normal(1, *mask.shape, D_MODEL)).to(dtype)
    return Rows(resid, neutral + torch.tensor(STRENGTHS), mask)


def _try_rows(trial: Trial, rows: Rows) -> Float[Tensor, "batch pos d_model"]:
    """All rows edited together; they are then edited in the other ways."""
    edited = _edited(trial, rows)
    for row, position in ALONE:
        here = slice(row, row + 1), slice(position, position + 1)
        if _far(_edited(trial, rows.at(*here)), edited[here], rows.resid.dtype):
            _refuse_mixing(trial, rows, edited, row)
    order = [4, 3, 1, 0, 2]
    among = _edited(trial, _among_others(rows, order))[1:-2, PADDING:]
    if _far(among, edited[order], rows.resid.dtype):
        _refuse_state(trial, rows, edited)
        what = "gives a row another result among other rows, in another order or with padding"
        trial.refuse(what, "Let no row depend on another one, and no position on what is masked.")
    _refuse_state(trial, rows, edited)
    return edited


def _edited(trial: Trial, rows: Rows) -> Float[Tensor, "batch pos d_model"]:
    """One call, with the checks for every call. Rows with NaN or infinite values may keep them."""
    resid, strength, mask = rows.resid.clone(), rows.strength.clone(), rows.mask.clone()
    fitted = {name: tensor.clone() for name, tensor in trial.fitted.items()}
    trial.tick()
    edited = trial.edit.edit(resid, resid, fitted, strength, mask)
    given = [(resid, rows.resid), (strength, rows.strength), (mask, rows.mask)]
    if not all(_same(now, before) for now, before in [*given, *((fitted[n], t) for n, t in trial.fitted.items())]):
        trial.refuse("changed the residual or another tensor that it was given", "Return a new tensor.")
    if not _same(edited[~mask], resid[~mask]):
        trial.refuse("changed a position outside the mask", "Use torch.where with the mask.")
    neutral = trial.edit.neutral
    if neutral is not None and not _same(edited[strength == neutral], resid[strength == neutral]):
        what = f"changed a row at the neutral strength {neutral}"
        trial.refuse(what, "Return such rows bit for bit, or set `neutral = None`.")
    broken = ~torch.isfinite(edited).flatten(1).all(1) & torch.isfinite(resid).flatten(1).all(1)
    if bool(broken.any()):
        at = f"at strength {float(strength[broken][0]):g} in {_name(resid.dtype)}"
        what = f"returned values that are not finite {at}"
        trial.refuse(what, "Keep them finite at every strength, with `strength.clamp` where there are bounds.")
    return edited


def _among_others(rows: Rows, order: list[int]) -> Rows:
    """The rows in `order` after padding, with a NaN row before them, and a NaN row and a very strong one after them."""
    resid = torch.cat([rows.resid[:1] * torch.nan, rows.resid[order], rows.resid[:1] * torch.nan, rows.resid[:1]])
    strength = torch.cat([rows.strength[:1], rows.strength[order], rows.strength[2:3], 50 * rows.strength[1:2]])
    mask = torch.cat([rows.mask[:1], rows.mask[order], rows.mask[:2]])
    padding = torch.full_like(resid[:, :1], 100.0).expand(-1, PADDING, -1)
    unmasked = torch.zeros(len(mask), PADDING, dtype=torch.bool)
    return Rows(torch.cat([padding, resid], 1), strength, torch.cat([unmasked, mask], 1))


def _refuse_mixing(trial: Trial, rows: Rows, edited: Float[Tensor, "batch pos d_model"], row: int) -> NoReturn:
    """The fault of a position whose result differs by itself: because of time, the other rows or its neighbours."""
    _refuse_state(trial, rows, edited)
    whole_row = slice(row, row + 1), slice(None)
    if _far(_edited(trial, rows.at(*whole_row)), edited[whole_row], rows.resid.dtype):
        what, advice = "mixes rows: one has another result alone", "Use each row's own, as in strength[:, None, None]."
    else:
        what, advice = "mixes positions: one has another result alone", "Edit each position by itself."
    trial.refuse(f"{what} than among others", advice)


def _refuse_state(trial: Trial, rows: Rows, edited: Float[Tensor, "batch pos d_model"]) -> None:
    if not _same(_edited(trial, rows), edited):
        what = "gives another result when it is called again"
        trial.refuse(what, "Keep nothing between calls, and draw nothing at random.")


def _try_layers(trial: Trial, given: tuple[int, ...]) -> None:
    if not given or given != tuple(sorted(set(given))):
        what = f"{located(trial.path, 'layers', type(trial.edit).layers)} returned {given}"
        raise user_error(trial.path, what, "Return one or several layers in ascending order.")


def _try_without_clean(trial: Trial, rows: Rows, edited: Float[Tensor, "batch pos d_model"]) -> None:
    unknown = torch.full_like(rows.resid, torch.nan)
    trial.tick()
    if not _same(trial.edit.edit(rows.resid, unknown, trial.fitted, rows.strength, rows.mask), edited):
        what = "reads `clean`, which is known at one layer only, and the class has `layers`"
        trial.refuse(what, "Read `resid` instead, or leave `layers` out.")


def _far(found: Tensor, expected: Tensor, dtype: torch.dtype) -> bool:
    """Beyond rounding."""
    found, expected = found.to(torch.float32), expected.to(torch.float32)
    allowed = TOLERANCE[dtype] * expected.abs().amax(-1, keepdim=True)
    return bool(((found - expected).abs() > allowed).any())


def _same(a: Tensor, b: Tensor) -> bool:
    """In every value, what is not a number included."""
    return bool(((a == b) | ((a != a) & (b != b))).all())


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
