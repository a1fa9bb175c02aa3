"""A worker's life: hello, one request after another, until it is told to stop."""

import os
import platform
import signal
import sys
from importlib import metadata
from typing import Any

from planted_truth.handlers.table import HANDLERS
from planted_truth.session import Session
from steering_worker.dispatch import Dispatcher
from steering_worker.protocol.channel import Channel
from steering_worker.protocol.common_failure import common_failure
from steering_worker.protocol.credentials import Credentials
from steering_worker.protocol.frames import MAJOR, MINOR
from steering_worker.protocol.heartbeat import Activity

EXIT_DONE, EXIT_REFUSED = 0, 2
WELCOME_SECONDS = 60.0


def serve(credentials: Credentials, out_of_memory_at: str | None) -> int:
    """Answer requests until `stop`; return the exit status."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    activity = Activity()
    channel = Channel(credentials, _host(), activity)
    if not channel.open(WELCOME_SECONDS):
        reason = channel.rejected.message if channel.rejected else f"no welcome came within {WELCOME_SECONDS:.0f} s"
        print(f"The orchestrator did not take this worker on: {reason}", file=sys.stderr)
        return EXIT_REFUSED
    session, dispatcher = Session(out_of_memory_at), Dispatcher(HANDLERS, common_failure)
    while True:
        request = channel.next_request()
        if dispatcher.dispatch(channel, activity, session, request) is None and request.type == "stop":
            channel.close()
            return EXIT_DONE


def _host() -> dict[str, Any]:
    """The body of `hello`, except for the worker's name and nonce."""
    return {
        "protocol": {"major": MAJOR, "minor": MINOR},
        "pid": os.getpid(),
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in ("numpy", "pydantic", "pyzmq", "msgpack")},
        "devices": [{"kind": "cpu", "name": "planted truth", "memory_bytes": 0}],
        "cores": os.cpu_count() or 1,
    }
