"""Arrays to blobs."""

from collections.abc import Sequence
from itertools import accumulate, chain

import numpy as np

from steering_worker.protocol.frames import Blob


def float_blob(name: str, values: Sequence[float], shape: Sequence[int] | None = None) -> Blob:
    data = np.asarray(values, dtype="<f4")
    return Blob(name, "float32", tuple(shape or data.shape), data.tobytes())


def token_blobs(sequences: Sequence[Sequence[int]]) -> tuple[Blob, Blob]:
    """`token_ids` (int32, concatenated) and `token_offsets` (int64, n + 1)."""
    ids = np.array(list(chain.from_iterable(sequences)), dtype="<i4")
    offsets = np.array(list(accumulate((len(one) for one in sequences), initial=0)), dtype="<i8")
    return (
        Blob("token_ids", "int32", ids.shape, ids.tobytes()),
        Blob("token_offsets", "int64", offsets.shape, offsets.tobytes()),
    )
