"""A checkpoint's files must be in its own folder, or where the hub's cache puts them."""

from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from steering_worker.errors import WorkerError


def refuse_files_elsewhere(folder: Path, patterns: Sequence[str]) -> None:
    """Raise `WorkerError` if a file of such a name is a link to another place."""
    for path in sorted(folder.iterdir()):
        if any(fnmatch(path.name, pattern) for pattern in patterns):
            refuse_file_elsewhere(path)


def refuse_file_elsewhere(path: Path) -> None:
    """Like `refuse_files_elsewhere`, for one file.

    The hub's cache consists of links from `snapshots/COMMIT` to `blobs` of the same repository.
    """
    if not path.is_file():
        return
    target, folder = path.resolve(), path.parent.resolve()
    cached = folder.parent.name == "snapshots" and target.parent == (folder.parents[1] / "blobs").resolve()
    if target.parent != folder and not cached:
        raise WorkerError(
            "checkpoint_file_elsewhere",
            f"The file {path.name} of the checkpoint in {path.parent} is a link to {target}, outside its folder.",
            "Put the file itself into the folder.",
        )
