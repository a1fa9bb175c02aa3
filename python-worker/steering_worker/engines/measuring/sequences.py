"""Items of a measurement by the tokens that the model reads for them, so that equal tokens are read once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from steering_worker.engines.engine import AppliedEdit, Continuation, acting
from steering_worker.prompt import Prompt


@dataclass(frozen=True)
class SteeredSequence:
    """One row of a pass: a sequence under one edit at one strength, or under none, and the items read off it."""

    edit: AppliedEdit | None
    strength: float
    items: tuple[int, ...]


@dataclass(frozen=True)
class TokenSequence:
    """Tokens to be read, which begin with the prompt, and the ways of steering them."""

    prompt: Prompt
    ids: tuple[int, ...]
    steered: tuple[SteeredSequence, ...]


def read_tokens(item: Continuation) -> tuple[int, ...]:
    """All but the last token, after which nothing is asked."""
    return (*item.prompt.ids, *item.continuation)[:-1]


def token_sequences(items: Sequence[Continuation], numbers: Iterable[int]) -> list[TokenSequence]:
    """The items of those numbers in as few sequences as possible, longest first.

    An item whose tokens begin another's is read off the longer ones: no position sees what comes after it.
    """
    by_prompt: dict[Prompt, dict[tuple[int, ...], list[int]]] = {}
    for number in numbers:
        item = items[number]
        by_prompt.setdefault(item.prompt, {}).setdefault(read_tokens(item), []).append(number)
    sequences = [
        TokenSequence(prompt, ids, _steered(items, members))
        for prompt, by_ids in by_prompt.items()
        for ids, members in _longest(by_ids).items()
    ]
    return sorted(sequences, key=lambda sequence: -len(sequence.ids))


def _longest(by_ids: dict[tuple[int, ...], list[int]]) -> dict[tuple[int, ...], list[int]]:
    """In order of their tokens, backwards, whatever begins another follows it at once."""
    longest: dict[tuple[int, ...], list[int]] = {}
    last: tuple[int, ...] = ()
    for ids in sorted(by_ids, reverse=True):
        if last[: len(ids)] != ids:
            last = ids
        longest.setdefault(last, []).extend(by_ids[ids])
    return longest


def _steered(items: Sequence[Continuation], members: Sequence[int]) -> tuple[SteeredSequence, ...]:
    rows: dict[tuple[int, float] | None, list[int]] = {}
    edits: dict[tuple[int, float] | None, AppliedEdit | None] = {}
    for number in members:
        edit = acting(items[number].edit, items[number].strength)
        key = None if edit is None else (id(edit), items[number].strength)
        rows.setdefault(key, []).append(number)
        edits[key] = edit
    return tuple(
        SteeredSequence(edits[key], 0.0 if key is None else key[1], tuple(numbers)) for key, numbers in rows.items()
    )
