"""Edits of a batch: rows that share an edit are edited together, the others are not changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from steering_worker.engines.engine import AppliedEdit


@dataclass(frozen=True)
class EditedRow:
    """A row of a batch under an edit; `counted_at` is where the size of its change is added up."""

    row: int
    applied: AppliedEdit
    strength: float
    mask: Bool[Tensor, " pos"]
    counted_at: int


@dataclass(frozen=True)
class EditGroup:
    """The rows of a batch that share one `AppliedEdit`; `fitted` lies on the model's device."""

    applied: AppliedEdit
    fitted: Mapping[str, Tensor]
    rows: Int[Tensor, " group"]
    strength: Float[Tensor, " group"]
    mask: Bool[Tensor, "group pos"]
    counted_at: Int[Tensor, " group"]


class Edits:
    """What the hooks apply in the next forward pass, and how much it changed (float32 norms, by `counted_at`)."""

    def __init__(self, counters: int, device: torch.device) -> None:
        self.changed: Float[Tensor, " counters"] = torch.zeros(counters, device=device)
        self._device = device
        self._groups: dict[int, list[EditGroup]] = {}
        self._alive: Bool[Tensor, " batch"] | None = None
        self._fitted: dict[int, Mapping[str, Tensor]] = {}

    def set(self, rows: Sequence[EditedRow]) -> None:
        """Replace the groups. Masks are as wide as the pass: the width of a prefill, 1 in decoding.

        Where a block answers only its last positions, those of the masks count.
        """
        by_edit: dict[int, list[EditedRow]] = {}
        for row in rows:
            by_edit.setdefault(id(row.applied), []).append(row)
        self._groups = {}
        for members in by_edit.values():
            group = self._group(members)
            for layer in group.applied.layers:
                self._groups.setdefault(layer, []).append(group)

    @property
    def empty(self) -> bool:
        """No row is edited."""
        return not self._groups

    @property
    def layers(self) -> tuple[int, ...]:
        """After which blocks some row is edited, ascending."""
        return tuple(sorted(self._groups))

    def count_only(self, alive: Bool[Tensor, " batch"] | None) -> None:
        """Count only the changes of these rows; None counts all."""
        self._alive = alive

    def __call__(self, layer: int, resid: Float[Tensor, "batch pos d_model"]) -> Float[Tensor, "batch pos d_model"]:
        """The residual after `layer`, edited; the same tensor where no row is edited there."""
        out = resid
        for group in self._groups.get(layer, []):
            whole = len(group.rows) == resid.shape[0]
            before = resid if whole else resid[group.rows]
            clean = before if len(group.applied.layers) == 1 else _unknown(before)
            mask = group.mask[:, -resid.shape[1] :]
            after = group.applied.edit.edit(before, clean, group.fitted, group.strength, mask)
            norm = torch.linalg.vector_norm(after - before, dim=-1, dtype=torch.float32)
            counted = mask if self._alive is None else mask & self._alive[group.rows, None]
            self.changed.index_add_(0, group.counted_at, torch.where(counted, norm, 0).sum(dim=1))
            if whole:
                return after
            if out is resid:
                out = resid.clone()
            out[group.rows] = after
        return out

    def take(self, counters: Sequence[int]) -> list[float]:
        """The sums of norms at the counters, which are reset to zero."""
        if not counters:
            return []
        index = torch.tensor(counters, device=self._device)
        sums: list[float] = self.changed[index].tolist()
        self.changed[index] = 0
        return sums

    def _group(self, members: list[EditedRow]) -> EditGroup:
        applied, device = members[0].applied, self._device
        if id(applied) not in self._fitted:
            self._fitted[id(applied)] = {name: tensor.to(device) for name, tensor in applied.fitted.items()}
        return EditGroup(
            applied=applied,
            fitted=self._fitted[id(applied)],
            rows=torch.tensor([member.row for member in members], device=device),
            strength=torch.tensor([member.strength for member in members], dtype=torch.float32, device=device),
            mask=torch.stack([member.mask for member in members]).to(device),
            counted_at=torch.tensor([member.counted_at for member in members], device=device),
        )


def _unknown(resid: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """NaN, which an edit at several layers gets for the unedited residual, since no pass has computed it."""
    return resid.new_full((), torch.nan).expand_as(resid)
