"""What machine this is, in words that name no one: processor, cores, memory."""

import os
import platform
import sys
from pathlib import Path
from typing import Any


def describe_machine(threads: int) -> dict[str, Any]:
    """Processor model, cores that this process may use, threads asked for, and the instructions that decide speed."""
    fields = _processor()
    flags = fields.get("flags", "").split()
    wanted = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16")
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return {
        "cpu": fields.get("model name") or platform.processor() or platform.machine(),
        "cores": usable,
        "threads": threads,
        "instructions": [flag for flag in wanted if flag in flags],
        "system": platform.system(),
        "python": ".".join(str(part) for part in sys.version_info[:3]),
        "load_at_start": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def _processor() -> dict[str, str]:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return {}
    pairs = (line.split(":", 1) for line in text.split("\n\n")[0].splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}
