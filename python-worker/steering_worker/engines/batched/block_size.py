"""What decides the memory of a block of rows, besides how many of them run at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from steering_worker.engines.engine import Row
from steering_worker.engines.prefill import prefill_key
from steering_worker.engines.sampling import Kinds, kinds_of


@dataclass(frozen=True)
class BlockSize:
    """`columns`: prompt and new tokens of the longest row; `prompt_tokens` and `new_tokens`: the most of any row.

    `prompts` counts distinct prompts, `branches` distinct prompts under an edit at a strength; `layers` are edited.
    """

    rows: int
    prompt_tokens: int
    new_tokens: int
    columns: int
    prompts: int
    branches: int
    layers: tuple[int, ...]
    kinds: Kinds


def size_of(rows: Sequence[Row], vocab_size: int) -> BlockSize:
    return BlockSize(
        rows=len(rows),
        prompt_tokens=max(len(row.prompt.ids) for row in rows),
        new_tokens=max(row.decoding.max_tokens for row in rows),
        columns=max(len(row.prompt.ids) + row.decoding.max_tokens for row in rows),
        prompts=len({row.prompt for row in rows}),
        branches=len({prefill_key(row) for row in rows if row.edit is not None}),
        layers=tuple(sorted({row.edit.layer for row in rows if row.edit is not None})),
        kinds=kinds_of([row.decoding for row in rows], vocab_size),
    )
