"""What a heartbeat reports: a counter of work done, the kind of work, and the memory in use."""

import os
import sys
from pathlib import Path
from typing import Literal

State = Literal["idle", "loading", "fitting", "generating", "measuring"]


class Activity:
    """Written by the working thread, read by the I/O thread; `progress` never decreases."""

    def __init__(self) -> None:
        self.progress = 0
        self.state: State = "idle"

    def tick(self) -> None:
        self.progress += 1


def resident_bytes() -> int:
    """Resident set size of this process (its peak, if the system does not report the current size)."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    if sys.platform == "win32":
        return 0
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
