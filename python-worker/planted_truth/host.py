"""What a worker of planted truths says about itself in its hello."""

import os
import platform
from importlib import metadata
from typing import Any

from steering_worker.protocol.frames import MAJOR, MINOR


def describe_host() -> dict[str, Any]:
    """The body of `hello`, except for the worker's name and nonce."""
    return {
        "protocol": {"major": MAJOR, "minor": MINOR},
        "pid": os.getpid(),
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in ("numpy", "pydantic", "pyzmq", "msgpack")},
        "devices": [{"kind": "cpu", "name": "planted truth", "memory_bytes": 0}],
        "cores": os.cpu_count() or 1,
    }
