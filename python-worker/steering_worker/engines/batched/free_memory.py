"""How much memory a process may still use on a device."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import torch

_PROC = Path("/proc")
_CGROUPS = Path("/sys/fs/cgroup")
#: Share of the physical memory that counts as free, if the system does not report how much is.
_SHARE_OF_ALL = 0.5
#: In the environment that the orchestrator starts a worker with: how many workers share the memory of the host.
WORKERS = "STEERING_WORKERS"


def free_bytes(device: torch.device) -> int:
    """Bytes that can be taken without pushing anything else out: of the device, or this worker's part of the host's."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        # What torch keeps of freed tensors is free to torch.
        return int(free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device))
    return min([host_bytes(), *cgroup_bytes(_PROC, _CGROUPS)]) // workers_on_host()


def workers_on_host() -> int:
    """Number of workers that plan for the same memory at the same time; one if it is not stated."""
    return max(1, int(os.environ.get(WORKERS, "1")))


def host_bytes(proc: Path = _PROC) -> int:
    """`MemAvailable`, which counts the pages of files that can be dropped; elsewhere a share of the physical memory."""
    try:
        found = re.search(r"^MemAvailable:\s+(\d+) kB$", (proc / "meminfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    if found is not None:
        return int(found.group(1)) * 1024
    return int(_SHARE_OF_ALL * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))


def cgroup_bytes(proc: Path, root: Path) -> Iterator[int]:
    """What is left under the limit of each cgroup that the process is in, its ancestors included."""
    try:
        lines = (proc / "self" / "cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            base, limit, usage = root, "memory.max", "memory.current"
        elif "memory" in controllers.split(","):
            base, limit, usage = root / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes"
        else:
            continue
        parts = [part for part in path.split("/") if part not in ("", "..")]
        for depth in range(len(parts) + 1):
            left = _left(base.joinpath(*parts[:depth]), limit, usage)
            if left is not None:
                yield left


def _left(group: Path, limit: str, usage: str) -> int | None:
    """None where there is no limit. Pages of files that were not used lately do not count as taken."""
    try:
        most = (group / limit).read_text().strip()
        taken = int((group / usage).read_text())
        idle = re.search(r"^inactive_file (\d+)$", (group / "memory.stat").read_text(), re.MULTILINE)
    except OSError:
        return None
    if most == "max":
        return None
    return max(0, int(most) - taken + (int(idle.group(1)) if idle else 0))
