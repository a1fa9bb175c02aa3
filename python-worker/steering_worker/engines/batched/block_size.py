"""What determines the memory of a block of rows, besides how many of them run at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from steering_worker.engines.batched.additive_tables import added_vector
from steering_worker.engines.decoding.prefill import prefill_key
from steering_worker.engines.decoding.sampling import Kinds, kinds_of
from steering_worker.engines.engine import Row


@dataclass(frozen=True)
class BlockSize:
    """`columns`: prompt and new tokens of the longest row; `prompt_tokens` and `new_tokens`: the most of any row.

    `prompts` counts distinct prompts, `branches` distinct prompts under an edit at a strength, `vectors` what edits
    add. `partings` are the blocks after which rows part from their unedited prompts: the first that each edit acts at.
    """

    rows: int
    prompt_tokens: int
    new_tokens: int
    columns: int
    prompts: int
    branches: int
    vectors: int
    partings: tuple[int, ...]
    kinds: Kinds


def size_of(rows: Sequence[Row], vocab_size: int) -> BlockSize:
    edits = [row.edit for row in rows if row.edit is not None]
    return BlockSize(
        rows=len(rows),
        prompt_tokens=max(len(row.prompt.ids) for row in rows),
        new_tokens=max(row.decoding.max_tokens for row in rows),
        columns=max(len(row.prompt.ids) + row.decoding.max_tokens for row in rows),
        prompts=len({row.prompt for row in rows}),
        branches=len({prefill_key(row) for row in rows if row.edit is not None}),
        vectors=len({id(edit) for edit in edits if added_vector(edit) is not None}),
        partings=tuple(sorted({edit.layers[0] for edit in edits})),
        kinds=kinds_of([row.decoding for row in rows], vocab_size),
    )
