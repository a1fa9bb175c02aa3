"""Edits that add a vector, as static tables: which row of a bank each place adds after a layer, and how much of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from steering_worker.engines.engine import AppliedEdit


@dataclass(frozen=True)
class Added:
    """A place and what is added there."""

    place: int
    applied: AppliedEdit
    strength: float


@dataclass(frozen=True)
class AdditiveTable:
    """Of one layer. `applies` is false at places that add nothing there, which come out bit-identical.

    What an edit adds is the same after each of its layers: the other tensors are shared by the tables of a block.
    """

    bank: Float[Tensor, "vectors d_model"]
    slot: Int[Tensor, " places"]
    coefficient: Float[Tensor, " places"]
    applies: Bool[Tensor, " places"]

    def first(self, places: int) -> "AdditiveTable":
        return AdditiveTable(self.bank, self.slot[:places], self.coefficient[:places], self.applies[:places])

    def add(
        self, resid: Float[Tensor, "places 1 d_model"]
    ) -> tuple[Float[Tensor, "places 1 d_model"], Float[Tensor, " places"]]:
        """The edited residual and the norm of each place's change, in float32."""
        offset = self.coefficient[:, None, None] * self.bank[self.slot][:, None]
        edited = torch.where(self.applies[:, None, None], (resid.to(torch.float32) + offset).to(resid.dtype), resid)
        return edited, torch.linalg.vector_norm(edited - resid, dim=-1, dtype=torch.float32)[:, 0]


def added_vector(applied: AppliedEdit) -> Tensor | None:
    """What a unit of strength adds to the residual wherever the edit applies; None for edits that do something else."""
    name = applied.edit.adds
    return None if name is None else applied.fitted[name]


def make_tables(edits: Sequence[AppliedEdit], places: int, device: torch.device) -> dict[int, AdditiveTable]:
    """By layer, with a slot for every edit of a block that adds a vector; nothing applies yet."""
    adding = _adding(edits)
    if not adding:
        return {}
    bank = torch.stack([vector.to(device, torch.float32) for _, vector in adding])
    slot = torch.zeros(places, dtype=torch.int64, device=device)
    coefficient = torch.zeros(places, device=device)
    layers = sorted({layer for edit, _ in adding for layer in edit.layers})
    return {
        layer: AdditiveTable(bank, slot, coefficient, torch.zeros(places, dtype=torch.bool, device=device))
        for layer in layers
    }


def fill_tables(tables: dict[int, AdditiveTable], slots: dict[int, int], added: Sequence[Added], places: int) -> None:
    """Set the first `places` in place. `slots`: by id of the `AppliedEdit`."""
    if not tables:
        return
    here = {one.place: one for one in added}
    seated = [here.get(place) for place in range(places)]
    shared = next(iter(tables.values()))
    slot = [0 if one is None else slots[id(one.applied)] for one in seated]
    strengths = [0.0 if one is None else one.strength for one in seated]
    shared.slot[:places] = torch.tensor(slot, device=shared.slot.device)
    shared.coefficient[:places] = torch.tensor(strengths, dtype=torch.float32, device=shared.slot.device)
    for layer, table in tables.items():
        applies = [one is not None and layer in one.applied.layers and not one_is_neutral(one) for one in seated]
        table.applies[:places] = torch.tensor(applies, device=table.applies.device)


def one_is_neutral(added: Added) -> bool:
    return added.strength == added.applied.edit.neutral


def slots_of(edits: Sequence[AppliedEdit]) -> dict[int, int]:
    """The slot of each edit that adds a vector, in the bank of its block, by its id."""
    return {id(applied): slot for slot, (applied, _) in enumerate(_adding(edits))}


def _adding(edits: Sequence[AppliedEdit]) -> list[tuple[AppliedEdit, Tensor]]:
    """The edits that add a vector, by slot, with the vector."""
    return [(applied, vector) for applied in edits if (vector := added_vector(applied)) is not None]
