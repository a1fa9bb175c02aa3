"""One sweep, the same numbers for every contestant; needs nothing but the standard library."""

import random
from dataclasses import dataclass

from benchmarks.shape import Shape

QUESTIONS, SAMPLES, PROMPT, LARGEST = 4, 4, 40, 6.0
BOS = 2
#: The specials of the made tokenizer are never in a prompt.
FIRST_WORD = 7


@dataclass(frozen=True)
class Sweep:
    """4 prompts x 4 samples at each strength of a vector of norm 1; every row has exactly `tokens` new tokens."""

    shape: Shape
    prompts: tuple[tuple[int, ...], ...]
    vector: tuple[float, ...]
    tokens: int

    @property
    def sampled(self) -> list[list[int]]:
        """The prompts of the rows at one strength."""
        return [list(prompt) for prompt in self.prompts for _ in range(SAMPLES)]


def make_sweep(shape: Shape, tokens: int | None = None) -> Sweep:
    """The sweep of a shape; `tokens` shortens it."""
    draw = random.Random(1)
    words = min(int(shape.config["vocab_size"]), 1500)
    prompts = tuple((BOS, *(draw.randrange(FIRST_WORD, words) for _ in range(PROMPT - 1))) for _ in range(QUESTIONS))
    raw = [draw.gauss(0, 1) for _ in range(int(shape.config["hidden_size"]))]
    norm = sum(value * value for value in raw) ** 0.5
    return Sweep(shape, prompts, tuple(value / norm for value in raw), tokens or shape.tokens)


def strengths(count: int) -> list[float]:
    """So many strengths from -6 to 6, evenly."""
    if count == 1:
        return [LARGEST]
    return [LARGEST * (2 * number / (count - 1) - 1) for number in range(count)]
