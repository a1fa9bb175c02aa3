"""A user's file, read only while it is what the orchestrator hashed when the run started."""

from hashlib import file_digest, sha256
from pathlib import Path

from steering_worker.errors import WorkerError


def read_pinned(path: Path, expected: str | None) -> bytes:
    """The file's bytes, whose sha256 is `expected`; None takes any. Raise `WorkerError` `user_file_changed`."""
    source = path.read_bytes()
    if expected is not None:
        _compare(path, sha256(source).hexdigest(), expected)
    return source


def check_pinned(path: Path, expected: str) -> None:
    """Raise `WorkerError` `user_file_changed` where the file, of any size, is there and has another sha256."""
    if path.is_file():
        with path.open("rb") as file:
            _compare(path, file_digest(file, "sha256").hexdigest(), expected)


def _compare(path: Path, found: str, expected: str) -> None:
    if found != expected:
        raise WorkerError(
            "user_file_changed",
            f"The file {path} was changed after this command read it: its sha256 was {expected[:12]}... and is now "
            f"{found[:12]}....",
            "Restore the file to go on with this run, or give the command again to use the file as it is now.",
        )
