"""This project's engines in a process like a worker's."""

from benchmarks.contestant import Context, Opened
from steering_worker.environment import prepare_environment
from steering_worker.freed_memory import keep_freed_memory


def open_contestant(context: Context) -> Opened:
    """The variant is an engine's name and, after a hyphen, a dtype."""
    prepare_process()
    from benchmarks.contestants.our_engine import open_ours

    return open_ours(context)


def prepare_process() -> None:
    """What a worker does before it imports torch."""
    prepare_environment()
    keep_freed_memory()
