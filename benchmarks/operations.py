"""Operations of a profile by what they are for."""

from collections.abc import Sequence

PRODUCTS, ATTENTION, CACHE, COPIES, REST = (
    "products with the weights",
    "attention over each row's own keys and values",
    "writing and reading the cache",
    "copies, those between dtypes among them",
    "everything else, norms, rotation and sampling among it",
)
KINDS = {
    "mkldnn::_linear_pointwise": PRODUCTS,
    "mm": PRODUCTS,
    "addmm": PRODUCTS,
    "bmm": ATTENTION,
    "baddbmm": ATTENTION,
    "_softmax": ATTENTION,
    "_index_put_impl_": CACHE,
    "index": CACHE,
    "index_select": CACHE,
    "copy_": COPIES,
    "cat": COPIES,
}


def shares_by_kind(operations: Sequence[Sequence[str | float]]) -> dict[str, float]:
    """Shares of the processor's time; what a profile does not list and what has no kind is the rest."""
    shares = dict.fromkeys((PRODUCTS, ATTENTION, CACHE, COPIES), 0.0)
    for name, part in operations:
        kind = KINDS.get(str(name))
        if kind is not None:
            shares[kind] += float(part)
    return {**shares, REST: max(0.0, 1.0 - sum(shares.values()))}
