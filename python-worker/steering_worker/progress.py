"""How long work says that it goes on, and how it is told to stop."""

from collections.abc import Callable

#: Called once for each decode step, forward pass or other unit of work; raises `Cancelled` where the orchestrator
#: cancelled the request.
Progress = Callable[[], None]


class Cancelled(Exception):
    """The orchestrator cancelled the request."""
