"""A tokenizer with one id for each word and punctuation mark, which gives token counts and ids without a vocabulary."""

import re
import zlib
from collections.abc import Sequence

BOS, EOS = 2, 1
#: Ids below are special.
FIRST_WORD = 8


def split_words(text: str) -> list[str]:
    return re.findall(r"\w+|[^\w\s]", text)


def word_ids(text: str, vocab_size: int) -> list[int]:
    return [FIRST_WORD + zlib.crc32(word.encode()) % (vocab_size - FIRST_WORD) for word in split_words(text)]


def chat_ids(contents: Sequence[str], vocab_size: int) -> list[int]:
    return [BOS, *(token for content in contents for token in word_ids(content, vocab_size))]
