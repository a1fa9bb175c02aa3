"""Decoding steps as graphs of the device, where launching kernels one by one takes longer than running them.

CUDA: not run. What can be tested without a GPU is, with a graph that is replayed by calling the step.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

#: Places are rounded up to a multiple of this, so that few shapes occur while a block runs out of rows.
PLACES = 32
#: Steps of a shape that run kernel by kernel first: libraries set themselves up, and rare shapes are never captured.
EAGER_FIRST = 2

Result = Float[Tensor, "places d_model"]
Step = Callable[[Int[Tensor, " places"], Int[Tensor, " places"], Bool[Tensor, " places"], int], Result]


class Graph(Protocol):
    """Work that was recorded once; every replay overwrites `result`."""

    result: Result

    def replay(self) -> None: ...


@dataclass(eq=False)
class CudaGraph:
    """A recording of work that reads and writes the same tensors every time."""

    graph: torch.cuda.CUDAGraph
    result: Result

    def replay(self) -> None:
        self.graph.replay()


class CudaCapture:
    """Records the kernels of a piece of work, which does not run before the first replay.

    What it recorded shares one pool of memory: a graph's temporaries are of no use once another replays.
    """

    def __init__(self) -> None:
        self._pool = torch.cuda.graph_pool_handle()

    def __call__(self, work: Callable[[], Result]) -> CudaGraph:
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph, pool=self._pool):
            result = work()
        return CudaGraph(graph, result)


class CapturedStep:
    """A step of one running batch. Its static tensors must outlive it, and what it edits must be in tables."""

    def __init__(
        self,
        step: Step,
        places: int,
        device: torch.device,
        capture: Callable[[Callable[[], Result]], Graph],
    ) -> None:
        self._step, self._places, self._capture = step, places, capture
        self._token = torch.zeros(places, dtype=torch.int64, device=device)
        self._position = torch.zeros(places, dtype=torch.int64, device=device)
        self._alive = torch.zeros(places, dtype=torch.bool, device=device)
        self._met: Counter[tuple[int, int]] = Counter()
        self._graphs: dict[tuple[int, int], Graph] = {}

    def __call__(
        self,
        token: Int[Tensor, " live"],
        position: Int[Tensor, " live"],
        alive: Bool[Tensor, " live"],
        columns: int,
    ) -> Float[Tensor, "live d_model"]:
        """The result of `step`, valid until the next call. Places beyond the live ones are computed but not used."""
        live = len(token)
        padded = min(self._places, -(-live // PLACES) * PLACES)
        shape = padded, columns
        self._met[shape] += 1
        if self._met[shape] <= EAGER_FIRST:
            return self._step(token, position, alive, columns)
        for static, given in ((self._token, token), (self._position, position), (self._alive, alive)):
            static[:live] = given
            static[live:padded] = 0
        if shape not in self._graphs:
            self._graphs[shape] = self._capture(lambda: self._on_static(padded, columns))
        graph = self._graphs[shape]
        graph.replay()
        return graph.result[:live]

    def _on_static(self, padded: int, columns: int) -> Result:
        return self._step(self._token[:padded], self._position[:padded], self._alive[:padded], columns)
