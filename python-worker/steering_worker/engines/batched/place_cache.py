"""Keys and values of every place of a running batch; sliding layers keep their window only."""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

from steering_worker.engines.reference.cache import KV
from steering_worker.engines.shape import Shape
from steering_worker.models.families.architecture import AttentionKind

#: Columns are used in steps of this size where each shape has its own kernels: captured on CUDA; made by oneDNN for
#: bfloat16 on CPUs, which keeps them, and whose buffers of a new size at every step would leave ever more holes in the
#: heap (several times the cache itself, over 256 tokens of a 270m model).
BUCKETS = {("cuda", torch.float32): 64, ("cuda", torch.bfloat16): 64, ("cpu", torch.bfloat16): 32}


def bucketed(columns: int, device: torch.device, dtype: torch.dtype) -> int:
    bucket = BUCKETS.get((device.type, dtype), 1)
    return -(-columns // bucket) * bucket


def cache_widths(shape: Shape, kinds: Sequence[AttentionKind], columns: int) -> list[int]:
    """Columns that each layer needs, by its kind of attention, for a row of a given number of tokens."""
    near = columns if shape.window is None else min(columns, shape.window)
    return [near if kind == "sliding_attention" else columns for kind in kinds]


class PlaceCache:
    """Static tensors a layer, made at once for the longest row of a block: keys `[places, kv_heads, d_head, columns]`,
    as their product with the queries reads them, and values `[places, kv_heads, columns, d_head]`.

    Column j of a full layer holds position j; a sliding layer is a ring of `window` columns in which position p lies
    at p mod window. Either way a place at position p sees the columns up to p, so that one mask serves both.
    """

    def __init__(
        self, places: int, widths: Sequence[int], shape: tuple[int, int], dtype: torch.dtype, device: torch.device
    ) -> None:
        """`widths`: columns of each layer; `shape`: kv_heads and d_head."""
        self.widths = tuple(widths)
        self.layers: tuple[KV, ...] = tuple(
            (
                torch.zeros((places, shape[0], shape[1], width), dtype=dtype, device=device),
                torch.zeros((places, shape[0], width, shape[1]), dtype=dtype, device=device),
            )
            for width in widths
        )

    def write(
        self,
        layer: int,
        rows: Int[Tensor, " places"],
        position: Int[Tensor, " places"],
        key: Float[Tensor, "places kv_heads d_head"],
        value: Float[Tensor, "places kv_heads d_head"],
    ) -> None:
        column = position % self.widths[layer]
        keys, values = self.layers[layer]
        keys[rows, :, :, column] = key
        values[rows, :, column] = value

    def read(self, layer: int, places: int, columns: int) -> KV:
        """Views of the first places and of the columns that may be in use, keys turned as they are kept."""
        keys, values = self.layers[layer]
        used = min(columns, self.widths[layer])
        return keys[:places, :, :, :used], values[:places, :, :used]

    def admit(self, layer: int, places: Int[Tensor, " some"], kv: KV, length: int) -> None:
        """Put the last columns of `kv`, which are the positions up to `length`, into places."""
        width = self.widths[layer]
        first = max(0, length - width)
        columns = torch.arange(first, length, device=places.device) % width
        (keys, values), kept = self.layers[layer], kv[0].shape[2] - (length - first)
        keys[places], values[places] = 0, 0
        keys[places[:, None], :, :, columns] = kv[0][:, :, kept:].transpose(1, 2)
        values[places[:, None], :, columns] = kv[1][:, :, kept:].transpose(1, 2)

    def move(self, to: Int[Tensor, " some"], taken: Int[Tensor, " some"]) -> None:
        for keys, values in self.layers:
            keys[to] = keys[taken]
            values[to] = values[taken]
