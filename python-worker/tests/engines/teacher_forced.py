"""Rows through a running batch with tokens that are given, whatever the model would say."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from steering_worker.engines.decoding.running_batch import Seat
from steering_worker.engines.engine import Row


def forced_logits(engine: Any, rows: Sequence[Row], places: int) -> list[Tensor]:
    """`[tokens, vocab]` a row: logits after its prompt and after every step.

    Row n reads the tokens of `forced(row)`, as many as it may make but one. `places` rows at a time go together; those
    that follow take the places of those that went before.
    """
    found: list[Tensor] = []
    with torch.inference_mode(), engine._open_batch(rows, places) as batch:
        for start in range(0, len(rows), places):
            together = rows[start : start + places]
            prompts = batch.prefill(together)
            batch.admit(range(len(together)), prompts)
            batch.seat([Seat(place, start + place, one) for place, one in enumerate(together)])
            logits = [batch.logits(torch.stack([prompt.last for prompt in prompts]))]
            lengths = torch.tensor([len(one.prompt.ids) for one in together])
            alive = torch.ones(len(together), dtype=torch.bool)
            for count, token in enumerate(torch.tensor([forced(one) for one in together]).t()):
                position = lengths + count
                last = batch.step(token.clone(), position, alive, 1 + int(position.max()))
                logits.append(batch.logits(last).clone())
            found += torch.stack(logits, dim=1).unbind()
    return found


def forced(row: Row) -> list[int]:
    """As many tokens as the row generates: arbitrary ones, never special, and the same every time."""
    return [7 + (31 * len(row.prompt.ids) + 17 * n) % 290 for n in range(row.decoding.max_tokens - 1)]
