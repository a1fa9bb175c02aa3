"""A worker's life: hello, then one request after another until it is told to stop."""

import signal
import sys
from collections.abc import Mapping
from typing import Any

from steering_worker.dispatch import Dispatcher
from steering_worker.handlers.handler import SessionT
from steering_worker.protocol.channel import Channel
from steering_worker.protocol.credentials import Credentials
from steering_worker.protocol.heartbeat import Activity

EXIT_DONE, EXIT_FATAL, EXIT_REFUSED = 0, 1, 2
WELCOME_SECONDS = 60.0


def serve(
    credentials: Credentials, hello: Mapping[str, Any], session: SessionT, dispatcher: Dispatcher[SessionT]
) -> int:
    """Answer requests until `stop`; return the exit status. `hello` is its body except for the name and the nonce."""
    # The orchestrator decides what an interrupt means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    activity = Activity()
    channel = Channel(credentials, hello, activity)
    if not channel.open(WELCOME_SECONDS):
        reason = channel.rejected.message if channel.rejected else f"no welcome came within {WELCOME_SECONDS:.0f} s"
        print(f"The orchestrator did not take this worker on: {reason}", file=sys.stderr)
        return EXIT_REFUSED
    while True:
        request = channel.next_request()
        failure = dispatcher.dispatch(channel, activity, session, request)
        if failure is not None and failure.retry == "worker_fatal":
            channel.close()
            return EXIT_FATAL
        if failure is None and request.type == "stop":
            channel.close()
            return EXIT_DONE
