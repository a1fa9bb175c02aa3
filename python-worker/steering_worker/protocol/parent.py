"""A worker does not outlive the orchestrator that started it."""

import ctypes
import os
import signal
import sys
import threading
from typing import BinaryIO

EXIT_ORPHANED = 3
PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """On Linux, have the kernel kill this process when its parent dies. Elsewhere the end of stdin must suffice."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def exit_at_end_of(stream: BinaryIO) -> threading.Thread:
    """Start a thread that ends the process, whatever it is doing, once `stream` ends."""
    descriptor = stream.fileno()

    def watch() -> None:
        try:
            # Past the stream's buffer: a thread that waits holding its lock would crash the interpreter's exit.
            while os.read(descriptor, 4096):
                pass
        except OSError:
            pass  # a broken stdin means the same as its end
        os._exit(EXIT_ORPHANED)

    thread = threading.Thread(target=watch, name="parent-watch", daemon=True)
    thread.start()
    return thread
