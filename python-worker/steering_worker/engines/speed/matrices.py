"""The matrices that a token passes through in decoding, and their arithmetic."""

from dataclasses import dataclass

from steering_worker.models.families.architecture import Architecture


@dataclass(frozen=True)
class Matrix:
    """`count` matrices that a row of `inner` numbers is multiplied with, giving `outer`."""

    inner: int
    outer: int
    count: int


def matrices(model: Architecture) -> tuple[Matrix, ...]:
    """Query-key-value, output, gate-up and down of each block, then the unembedding."""
    heads = model.heads * model.d_head
    return (
        Matrix(model.d_model, heads + 2 * model.kv_heads * model.d_head, model.layers),
        Matrix(heads, model.d_model, model.layers),
        Matrix(model.d_model, 2 * model.d_ff, model.layers),
        Matrix(model.d_ff, model.d_model, model.layers),
        Matrix(model.d_model, model.vocab_size, 1),
    )


def flops_per_token(model: Architecture) -> int:
    """Floating-point operations of the matrices; attention over the cache is not counted."""
    return sum(2 * matrix.inner * matrix.outer * matrix.count for matrix in matrices(model))
