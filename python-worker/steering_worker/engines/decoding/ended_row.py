"""A row that has ended: what it said, why it ended, and how far its edit moved it."""

import math
from collections.abc import Sequence

from steering_worker.engines.decoding.running_batch import Prefilled
from steering_worker.engines.decoding.stops import StopStrings
from steering_worker.engines.engine import Generated, Row, Stop
from steering_worker.engines.masks import continues
from steering_worker.engines.non_finite import NON_FINITE, not_finite


def stop_at(
    row: Row, tokens: Sequence[int], failed: bool, end_ids: frozenset[int], stops: StopStrings, looked: int
) -> tuple[int, Stop] | None:
    """How many tokens a row keeps and why it ends there; None where it goes on.

    The first `looked` tokens are known to complete no stop string. Raises `WorkerError` for a baseline row whose
    logits were not finite: no edit can be blamed for them.
    """
    for kept in range(looked + 1, len(tokens) + 1):
        if tokens[kept - 1] in end_ids:
            return kept, "end"
        if stops.found(tokens[:kept], row.decoding.stop):
            return kept, "stop"
    if len(tokens) == row.decoding.max_tokens:
        return len(tokens), "length"
    if failed:
        if row.edit is None:
            raise not_finite(f"sample {row.id} after {len(tokens)} tokens")
        return len(tokens), "error"
    return None


def generated(row: Row, prompt: Prefilled, tokens: Sequence[int], stop: Stop, changed: float) -> Generated:
    """`changed` is the sum of norms over the edited positions after the prompt: all tokens read, so not the last."""
    failed = stop == "error"
    edited = prompt.edited
    if row.edit is not None and continues(row.edit.positions):
        edited += len(tokens) if failed else len(tokens) - 1
    layers = 0 if row.edit is None else len(row.edit.layers)
    norm = (prompt.changed + changed) / (edited * layers) if edited * layers else math.nan
    return Generated(
        token_ids=tuple(tokens),
        stop=stop,
        error=NON_FINITE if failed else None,
        applied_norm=norm if math.isfinite(norm) else None,
    )
