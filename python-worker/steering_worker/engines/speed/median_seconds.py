"""How long a piece of work takes on a device."""

import math
import time
from collections.abc import Callable
from statistics import median

import torch

from steering_worker.engines.speed.synchronise import synchronise
from steering_worker.progress import Progress

REPETITIONS = 5
#: A repetition repeats the work until this many seconds have passed, so that calls and clocks do not matter.
SECONDS = 0.1


def median_seconds(work: Callable[[], object], device: torch.device, progress: Progress) -> float:
    """Seconds of one `work`: the median over repetitions, after a first round that does not count."""

    def timed(times: int) -> float:
        started = time.perf_counter()
        for _ in range(times):
            work()
        synchronise(device)
        return (time.perf_counter() - started) / times

    with torch.inference_mode():
        timed(1)
        times = max(1, math.ceil(SECONDS / timed(1)))
        found = []
        for _ in range(REPETITIONS):
            progress()
            found.append(timed(times))
    return median(found)
