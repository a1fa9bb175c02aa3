"""The shapes of model that are measured, and the size of the sweep on each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from benchmarks.paths import SHAPES


@dataclass(frozen=True)
class Shape:
    """A Gemma 3 text model with random weights.

    `strengths` x 4 questions x 4 samples are the rows. `alone` rows stand for all of them where rows go one at a time.
    `resident` contestants stay in memory from round to round; `whole_only` leaves out the batch per strength of peers.
    """

    name: str
    config: Mapping[str, Any]
    strengths: int
    tokens: int
    alone: int
    spread: float
    resident: bool
    whole_only: bool

    @property
    def layer(self) -> int:
        """The block that is steered: three quarters up."""
        return int(0.75 * int(self.config["num_hidden_layers"]))


def _config(
    hidden: int, layers: int, heads: int, head: int, inner: int, vocabulary: int, window: int
) -> dict[str, Any]:
    return {
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": 1,
        "head_dim": head,
        "intermediate_size": inner,
        "vocab_size": vocabulary,
        "sliding_window": window,
        "query_pre_attn_scalar": head,
        "max_position_embeddings": 1024,
    }


def _shipped(name: str) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((SHAPES / f"{name}.json").read_text())
    return {key: value for key, value in config.items() if key not in ("model_type", "tie_word_embeddings")}


SMALL = Shape("small", _config(192, 8, 6, 32, 768, 1536, 64), 13, 48, 12, 0.06, True, False)
BIG = Shape("big", _config(640, 18, 4, 256, 2048, 32000, 512), 4, 24, 4, 0.03, False, True)
GEMMA_270M = Shape("270m", _shipped("google--gemma-3-270m"), 4, 16, 2, 0.03, False, True)
SHAPES_BY_NAME: Mapping[str, Shape] = MappingProxyType({shape.name: shape for shape in (SMALL, BIG, GEMMA_270M)})


@dataclass(frozen=True)
class Matrix:
    """`count` matrices that a row of `inner` numbers is multiplied with, giving `outer`."""

    inner: int
    outer: int
    count: int


def matrices(config: Mapping[str, Any]) -> tuple[Matrix, ...]:
    """The matrices that a token passes in decoding: query-key-value, output, gate-up and down, then unembedding."""
    hidden, inner, layers = config["hidden_size"], config["intermediate_size"], config["num_hidden_layers"]
    heads, shared, width = config["num_attention_heads"], config["num_key_value_heads"], config["head_dim"]
    return (
        Matrix(hidden, (heads + 2 * shared) * width, layers),
        Matrix(heads * width, hidden, layers),
        Matrix(hidden, 2 * inner, layers),
        Matrix(inner, hidden, layers),
        Matrix(hidden, config["vocab_size"], 1),
    )


def flops_per_token(config: Mapping[str, Any]) -> int:
    """Floating-point operations of the matrices alone; attention over the cache is not counted."""
    return sum(2 * matrix.inner * matrix.outer * matrix.count for matrix in matrices(config))
