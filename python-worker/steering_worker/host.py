"""What a worker says about itself in its hello."""

import os
import platform
from importlib import metadata
from pathlib import Path
from typing import Any

import torch

from steering_worker.protocol.frames import MAJOR, MINOR

PACKAGES = (
    "torch",
    "transformer-lens",
    "transformers",
    "tokenizers",
    "safetensors",
    "numpy",
    "pydantic",
    "pyzmq",
    "msgpack",
)


def describe_host() -> dict[str, Any]:
    """The body of `hello`, except for the worker's name and nonce."""
    return {
        "protocol": {"major": MAJOR, "minor": MINOR},
        "pid": os.getpid(),
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "devices": _devices(),
        "cores": _cores(),
    }


def _devices() -> list[dict[str, Any]]:
    memory = _memory_bytes()
    devices: list[dict[str, Any]] = []
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            properties = torch.cuda.get_device_properties(index)
            devices.append({"kind": "cuda", "name": properties.name, "memory_bytes": properties.total_memory})
    if torch.backends.mps.is_available():
        devices.append({"kind": "mps", "name": platform.processor() or "mps", "memory_bytes": memory})
    devices.append({"kind": "cpu", "name": _processor(), "memory_bytes": memory})
    return devices


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1


def _memory_bytes() -> int:
    """Physical memory; 0 if the system does not report it."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 0


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
