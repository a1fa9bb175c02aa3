"""Where the statements of a contrast are read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from steering_worker.directions.direction import ContrastPosition
from steering_worker.errors import WorkerError

#: The last run of letters and digits (with inner apostrophes and hyphens); what follows it is punctuation.
LAST_WORD = re.compile(r"\w+(?:['’-]\w+)*(?=\W*$)")


@dataclass(frozen=True)
class PairProblem:
    """A fault of one pair of statements, with its 0-based index."""

    index: int
    message: str


def statement_positions(
    tokenizer: Any, statements: Sequence[str], position: ContrastPosition
) -> list[tuple[tuple[int, ...], int]]:
    """For each statement its ids, one `<bos>` + raw text, and the index of the token to read.

    `last_token` is the last token, a full stop included; `word` the last subtoken of the last word, which a trailing
    full stop is not. Never `<bos>`. Raise `WorkerError` `bad_statement` for a statement without a token or word.
    """
    return [_position(tokenizer, statement, position) for statement in statements]


def check_pairs(
    tokenizer: Any, positive: Sequence[str], negative: Sequence[str], position: ContrastPosition
) -> list[PairProblem]:
    """Pairs that cannot show a difference where they are read; statements beyond the shorter side are checked alone.

    A pair must differ up to and including the token that is read; under `word` that token itself must differ.
    """
    read: list[list[tuple[tuple[int, ...], int] | None]] = []
    problems = []
    for side in (positive, negative):
        read.append([])
        for index, statement in enumerate(side):
            try:
                read[-1].append(_position(tokenizer, statement, position))
            except WorkerError as error:
                read[-1].append(None)
                problems.append(PairProblem(index, error.message))
    for index, (first, second) in enumerate(zip(*read, strict=False)):
        if first is not None and second is not None:
            message = _same_where_read(first, second, position)
            if message is not None:
                problems.append(PairProblem(index, f"{positive[index]!r} and {negative[index]!r} {message}"))
    return sorted(problems, key=lambda problem: problem.index)


def _position(tokenizer: Any, statement: str, position: ContrastPosition) -> tuple[tuple[int, ...], int]:
    encoded = tokenizer(statement, add_special_tokens=False, return_offsets_mapping=position == "word")
    ids = list(encoded["input_ids"])
    # A statement that spells out `<bos>` does not get a second one.
    added = 0 if ids and ids[0] == tokenizer.bos_token_id else 1
    ids = [tokenizer.bos_token_id] * added + ids
    if len(ids) < 2:
        raise _bad(statement, "it has no token")
    if position == "last_token":
        return tuple(ids), len(ids) - 1
    word = LAST_WORD.search(statement)
    if word is None:
        raise _bad(statement, "it has no word")
    last_character = word.end() - 1
    touching = [i for i, (start, end) in enumerate(encoded["offset_mapping"]) if start <= last_character < end]
    if not touching:
        raise _bad(statement, f"no token covers its last word {word.group()!r}")
    return tuple(ids), touching[-1] + added


def _same_where_read(
    first: tuple[tuple[int, ...], int], second: tuple[tuple[int, ...], int], position: ContrastPosition
) -> str | None:
    (first_ids, first_index), (second_ids, second_index) = first, second
    if first_ids[: first_index + 1] == second_ids[: second_index + 1]:
        return "have the same tokens up to the one that is read"
    if position == "word" and first_ids[first_index] == second_ids[second_index]:
        return "end in words with the same last subtoken"
    return None


def _bad(statement: str, what: str) -> WorkerError:
    return WorkerError(
        "bad_statement",
        f"The statement {statement!r} cannot be read: {what}.",
        "Correct the contrast of the question.",
    )
