"""Content hashes of everything that determines a model's answers."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

CHUNK = 1 << 22


def checkpoint_hashes(
    folder: Path, weight_files: Sequence[Path], chat_template: str, tick: Callable[[], None]
) -> dict[str, str]:
    """sha256 (hex) of the weight files' bytes in sorted order of their names, config.json, tokenizer.json and the
    chat template. `tick` is called for every 4 MiB read."""
    return {
        "weights": _sha256(sorted(weight_files, key=lambda path: path.name), tick),
        "config": _sha256([folder / "config.json"], tick),
        "tokenizer": _sha256([folder / "tokenizer.json"], tick),
        "chat_template": hashlib.sha256(chat_template.encode("utf-8")).hexdigest(),
    }


def _sha256(files: Sequence[Path], tick: Callable[[], None]) -> str:
    digest = hashlib.sha256()
    for path in files:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                tick()
    return digest.hexdigest()
