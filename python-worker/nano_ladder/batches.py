"""Batches of the corpus: documents of like length together, none packed, at most a budget of tokens a batch."""

from collections.abc import Iterator
from itertools import islice
from random import Random

import torch
from tokenizers import Tokenizer

from nano_ladder.corpus.documents import Document, stream

IGNORED = -100
Row = tuple[list[int], list[int]]


def encode(tokenizer: Tokenizer, documents: list[Document]) -> list[Row]:
    """Token ids and labels of every document; what is given carries no label."""
    texts = [text for document in documents for text in (document.given, document.trained)]
    encodings = tokenizer.encode_batch(texts, add_special_tokens=False)
    rows = []
    for given, trained in zip(encodings[::2], encodings[1::2], strict=True):
        rows.append((given.ids + trained.ids, [IGNORED] * len(given.ids) + trained.ids))
    return rows


def pack(rows: list[Row], budget: int) -> list[list[Row]]:
    """Cuts the rows, sorted by length, into chunks of (rows x longest) <= budget."""
    rows = sorted(rows, key=lambda row: len(row[0]))
    chunks = []
    end = len(rows)
    while end > 0:
        size = max(1, budget // len(rows[end - 1][0]))
        chunks.append(rows[max(0, end - size) : end])
        end -= size
    return chunks


def collate(chunk: list[Row]) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and labels `[row, pos]`, padded on the right."""
    longest = max(len(ids) for ids, _ in chunk)
    ids = [row + [0] * (longest - len(row)) for row, _ in chunk]
    labels = [row + [IGNORED] * (longest - len(row)) for _, row in chunk]
    return torch.tensor(ids), torch.tensor(labels)


def batches(
    tokenizer: Tokenizer, seed: int, budget: int, pool: int = 3000
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """The corpus of a seed in batches, without end: the same for every rung."""
    documents = stream(seed)
    order = Random(f"nano ladder batches {seed}")
    while True:
        chunks = pack(encode(tokenizer, list(islice(documents, pool))), budget)
        order.shuffle(chunks)
        yield from map(collate, chunks)
