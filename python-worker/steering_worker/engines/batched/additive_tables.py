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
    """Of one layer. `applies` is false at places that add nothing there, which come out bit-identical."""

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
    name = getattr(applied.edit, "adds", None)
    return None if name is None else applied.fitted[name]


def make_tables(edits: Sequence[AppliedEdit], places: int, device: torch.device) -> dict[int, AdditiveTable]:
    """By layer, with a slot for every edit of a block that adds a vector there; nothing applies yet."""
    by_layer: dict[int, list[Tensor]] = {}
    for applied in edits:
        vector = added_vector(applied)
        if vector is not None:
            by_layer.setdefault(applied.layer, []).append(vector.to(device, torch.float32))
    return {
        layer: AdditiveTable(
            bank=torch.stack(vectors),
            slot=torch.zeros(places, dtype=torch.int64, device=device),
            coefficient=torch.zeros(places, device=device),
            applies=torch.zeros(places, dtype=torch.bool, device=device),
        )
        for layer, vectors in by_layer.items()
    }


def fill_tables(tables: dict[int, AdditiveTable], slots: dict[int, int], added: Sequence[Added], places: int) -> None:
    """Set the first `places` in place. `slots`: by id of the `AppliedEdit`."""
    for layer, table in tables.items():
        here = {one.place: one for one in added if one.applied.layer == layer}
        strengths = [here[place].strength if place in here else 0.0 for place in range(places)]
        neutral = [place not in here or one_is_neutral(here[place]) for place in range(places)]
        slot = [slots[id(here[place].applied)] if place in here else 0 for place in range(places)]
        table.slot[:places] = torch.tensor(slot, device=table.slot.device)
        table.coefficient[:places] = torch.tensor(strengths, dtype=torch.float32, device=table.slot.device)
        table.applies[:places] = ~torch.tensor(neutral, device=table.slot.device)


def one_is_neutral(added: Added) -> bool:
    return added.strength == added.applied.edit.neutral


def slots_of(edits: Sequence[AppliedEdit]) -> dict[int, int]:
    """The slot of each edit that adds a vector, in the bank of its layer, by its id."""
    slots: dict[int, int] = {}
    counts: dict[int, int] = {}
    for applied in edits:
        if added_vector(applied) is not None:
            slots[id(applied)] = counts.get(applied.layer, 0)
            counts[applied.layer] = slots[id(applied)] + 1
    return slots
