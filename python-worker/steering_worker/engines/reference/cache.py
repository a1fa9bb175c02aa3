"""Keys and values: of one prefill, and of the places of a running batch."""

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

#: Columns by which a layer grows when it is full.
GROWTH = 64

KV = tuple[Float[Tensor, "batch kv_heads pos d_head"], Float[Tensor, "batch kv_heads pos d_head"]]


class PrefillCache:
    """Keeps what one forward pass over left-padded prompts computed."""

    def __init__(self) -> None:
        self.layers: dict[int, KV] = {}

    def update(self, keys: Tensor, values: Tensor, layer: int) -> KV:
        self.layers[layer] = (keys, values)
        return keys, values


class PlaceCache:
    """Keys and values of every place, where column j holds the occupant's position j.

    A place has its own length, so that a refilled one needs no shift of the others; columns beyond it are zeros and
    masked. Only the columns that some place uses are handed to attention.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._layers: dict[int, KV] = {}
        self._columns = 0
        self._rows: Int[Tensor, " batch"] | None = None
        self._position: Int[Tensor, " batch"] | None = None

    def at(self, rows: Int[Tensor, " batch"], position: Int[Tensor, " batch"], columns: int) -> None:
        """The next pass writes one token for each of the first places, at its position; `columns` are then in use."""
        self._rows, self._position, self._columns = rows, position, columns

    def update(self, keys: Tensor, values: Tensor, layer: int) -> KV:
        """Called by the attention of each layer: write the new token, return what is in use."""
        if self._rows is None or self._position is None:
            raise RuntimeError("PlaceCache.at comes before a forward pass")
        held = self._grown(layer, self._columns)
        for store, new in zip(held, (keys, values), strict=True):
            store[self._rows, :, self._position] = new[:, :, 0]
        live, columns = keys.shape[0], self._columns
        return held[0][:live, :, :columns], held[1][:live, :, :columns]

    def admit(self, places: Sequence[int], source: PrefillCache, rows: Sequence[int], length: int) -> None:
        """Put prompts of one length into places, from rows of a prefill; whatever the places held before is gone."""
        for layer, kv in source.layers.items():
            if layer not in self._layers:
                shape = (self._places, kv[0].shape[1], 0, kv[0].shape[3])
                self._layers[layer] = (kv[0].new_zeros(shape), kv[1].new_zeros(shape))
            to = torch.tensor(places, device=kv[0].device)
            taken = torch.tensor(rows, device=kv[0].device)
            for store, new in zip(self._grown(layer, length), kv, strict=True):
                store[to] = 0
                store[to, :, :length] = new[taken, :, new.shape[2] - length :]

    def move(self, to: Sequence[int], taken: Sequence[int]) -> None:
        for keys, values in self._layers.values():
            for store in (keys, values):
                source = torch.tensor(taken, device=store.device)
                store[torch.tensor(to, device=store.device)] = store[source]

    def _grown(self, layer: int, columns: int) -> KV:
        keys, values = self._layers[layer]
        if keys.shape[2] < columns:
            wanted = -(-columns // GROWTH) * GROWTH
            keys, values = _widened(keys, wanted), _widened(values, wanted)
            self._layers[layer] = (keys, values)
        return keys, values


def _widened(store: Tensor, columns: int) -> Tensor:
    wider = store.new_zeros((store.shape[0], store.shape[1], columns, store.shape[3]))
    wider[:, :, : store.shape[2]] = store
    return wider
