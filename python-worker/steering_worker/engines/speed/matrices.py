"""The matrices that a token goes through in decoding, and their arithmetic."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Matrix:
    """`count` matrices that a row of `inner` numbers is multiplied with, giving `outer`."""

    inner: int
    outer: int
    count: int


def matrices(config: Any) -> tuple[Matrix, ...]:
    """Of a Gemma 3 text config: query-key-value, output, gate-up and down of each block, then the unembedding."""
    hidden, inner, layers = config.hidden_size, config.intermediate_size, config.num_hidden_layers
    heads, kv_heads, d_head = config.num_attention_heads, config.num_key_value_heads, config.head_dim
    return (
        Matrix(hidden, (heads + 2 * kv_heads) * d_head, layers),
        Matrix(heads * d_head, hidden, layers),
        Matrix(hidden, 2 * inner, layers),
        Matrix(inner, hidden, layers),
        Matrix(hidden, config.vocab_size, 1),
    )


def flops_per_token(config: Any) -> int:
    """Floating-point operations of the matrices; attention over the cache is not counted."""
    return sum(2 * matrix.inner * matrix.outer * matrix.count for matrix in matrices(config))
