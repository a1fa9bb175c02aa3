"""The rows that are being decoded, as tensors with a place a row: what a step reads and writes without the host."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from steering_worker.engines.decoding.sampling import Kinds, Settings, make_settings, sample, uniforms
from steering_worker.engines.engine import Row


@dataclass(frozen=True)
class DecodeState:
    """Tensors have the place first. `token` is each row's last, at `position`; `count` tokens are made so far.

    A row that ended is no longer `alive`: its place goes on being computed and nothing of it changes.
    """

    token: Int[Tensor, " places"]
    position: Int[Tensor, " places"]
    count: Int[Tensor, " places"]
    limit: Int[Tensor, " places"]
    alive: Bool[Tensor, " places"]
    failed: Bool[Tensor, " places"]
    number: Int[Tensor, " places"]
    made: Int[Tensor, "places most"]
    noise: Float[Tensor, "places most"]
    temperature: Float[Tensor, " places"]
    top_k: Int[Tensor, " places"]
    top_p: Float[Tensor, " places"]

    def first(self, places: int) -> "DecodeState":
        """A view of the first places."""
        return replace(self, **{field.name: getattr(self, field.name)[:places] for field in fields(self)})

    def at(self, places: Int[Tensor, " some"]) -> "DecodeState":
        """A copy of some places."""
        return replace(self, **{field.name: getattr(self, field.name)[places] for field in fields(self)})

    def put(self, places: Int[Tensor, " some"], other: "DecodeState") -> None:
        for field in fields(self):
            getattr(self, field.name)[places] = getattr(other, field.name)

    def take(
        self,
        logits: Float[Tensor, "places vocab"],
        kinds: Kinds,
        end_ids: Int[Tensor, " ends"],
        rows: slice,
    ) -> None:
        """Sample the next token of the places `rows` from their logits; rows end by token, length or bad logits."""
        state = replace(self, **{field.name: getattr(self, field.name)[rows] for field in fields(self)})
        noise = state.noise.gather(1, state.count.clamp(max=state.noise.shape[1] - 1)[:, None])[:, 0]
        settings = Settings(state.temperature, state.top_k, state.top_p)
        chosen = sample(logits, settings, kinds, noise)
        finite = torch.isfinite(logits.sum(dim=-1, dtype=torch.float32))
        taken = state.alive & finite
        at = state.count.clamp(max=state.made.shape[1] - 1)[:, None]
        state.made.scatter_(1, at, torch.where(taken[:, None], chosen[:, None], state.made.gather(1, at)))
        state.count.add_(taken)
        state.failed.logical_or_(state.alive & ~finite)
        ended = ~finite | torch.isin(chosen, end_ids) | (state.count >= state.limit)
        state.alive.logical_and_(~ended)
        state.token.copy_(torch.where(state.alive, chosen, state.token))
        state.position.add_(state.alive)


def make_state(
    rows: Sequence[tuple[int, Row]], seed: int, most: int, vocab_size: int, device: torch.device
) -> DecodeState:
    """Rows, with their numbers in the block, that stand before their first token, at the prompt's last position."""
    settings = make_settings([row.decoding for _, row in rows], vocab_size, device)
    noise = np.zeros((len(rows), most))
    for place, (_, row) in enumerate(rows):
        noise[place, : row.decoding.max_tokens] = uniforms(seed, row.id, row.decoding.max_tokens)
    last = [row.prompt.ids[-1] for _, row in rows]
    return DecodeState(
        token=torch.tensor(last, device=device),
        position=torch.tensor([len(row.prompt.ids) - 1 for _, row in rows], device=device),
        count=torch.zeros(len(rows), dtype=torch.int64, device=device),
        limit=torch.tensor([row.decoding.max_tokens for _, row in rows], device=device),
        alive=torch.ones(len(rows), dtype=torch.bool, device=device),
        failed=torch.zeros(len(rows), dtype=torch.bool, device=device),
        number=torch.tensor([number for number, _ in rows], device=device),
        made=torch.zeros((len(rows), most), dtype=torch.int64, device=device),
        noise=torch.from_numpy(noise).to(device),
        temperature=settings.temperature,
        top_k=settings.top_k,
        top_p=settings.top_p,
    )
