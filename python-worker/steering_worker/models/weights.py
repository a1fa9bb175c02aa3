"""Finds a checkpoint's safetensors files and checks their headers and lengths without reading a tensor."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from steering_worker.errors import WorkerError
from steering_worker.models.own_files import refuse_file_elsewhere

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt")
#: The limit of the safetensors format itself.
MAX_HEADER_BYTES = 100_000_000
AGAIN = "Download or export the checkpoint again."


def check_weights(folder: Path) -> tuple[Path, ...]:
    """The checkpoint's weight files, sorted by name. Raises `WorkerError` for absent, truncated or malformed ones."""
    single, index = folder / SINGLE, folder / INDEX
    if single.is_file():
        tensor_names(single)
        return (single,)
    if index.is_file():
        return _sharded(index)
    pickles = sorted(path.name for pattern in PICKLES for path in folder.glob(pattern))
    if pickles:
        raise WorkerError(
            "checkpoint_pickle_only",
            f"The checkpoint in {folder} has only pickled weights ({pickles[0]}), which can run code and are refused.",
            "Convert it to safetensors on a machine that you can afford to lose: load it with transformers there and "
            "`save_pretrained` it.",
        )
    raise WorkerError(
        "checkpoint_weights_missing",
        f"The folder {folder} has neither {SINGLE} nor {INDEX}.",
        "Give the folder that holds the model's safetensors files.",
    )


def _sharded(index: Path) -> tuple[Path, ...]:
    try:
        weight_map: Any = json.loads(index.read_text(encoding="utf-8"))["weight_map"]
        files = sorted(set(weight_map.values()))
        plain = all(isinstance(name, str) and Path(name).name == name for name in files)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise WorkerError("checkpoint_index_invalid", f"{index} is not a valid index of shards.", AGAIN) from error
    if not files or not plain:
        raise WorkerError("checkpoint_index_invalid", f"{index} does not name files of its own folder.", AGAIN)
    missing = [name for name in files if not (index.parent / name).is_file()]
    if missing:
        more = "" if len(missing) == 1 else f" and {len(missing) - 1} more"
        raise WorkerError(
            "checkpoint_shard_missing",
            f"The checkpoint in {index.parent} lacks the shard {missing[0]}{more} of the {len(files)} in its index.",
            AGAIN,
        )
    for name in files:
        refuse_file_elsewhere(index.parent / name)
    found = {name: tensor_names(index.parent / name) for name in files}
    for tensor, name in weight_map.items():
        if tensor not in found[name]:
            raise WorkerError(
                "checkpoint_missing_keys",
                f"The shard {index.parent / name} lacks the tensor `{tensor}` that the index puts there.",
                AGAIN,
            )
    return tuple(index.parent / name for name in files)


def tensor_names(path: Path) -> frozenset[str]:
    """Names of the tensors in a safetensors file whose header agrees with its length; else raises `WorkerError`."""
    size = path.stat().st_size
    with path.open("rb") as file:
        prefix = file.read(8)
        length = int.from_bytes(prefix, "little")
        if len(prefix) < 8 or (length <= MAX_HEADER_BYTES and length > size - 8):
            raise _truncated(path, size, length + 8)
        if length > MAX_HEADER_BYTES:
            raise WorkerError(
                "checkpoint_header_invalid",
                f"{path} declares a header of {length} bytes where safetensors allows {MAX_HEADER_BYTES}.",
                AGAIN,
            )
        raw = file.read(length)
    try:
        header: Any = json.loads(raw)
        tensors = {name: entry["data_offsets"] for name, entry in header.items() if name != "__metadata__"}
        spans = sorted((int(begin), int(end)) for begin, end in tensors.values())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise WorkerError(
            "checkpoint_header_invalid", f"The header of {path} is not a valid safetensors header.", AGAIN
        ) from error
    end = spans[-1][1] if spans else 0
    if size < 8 + length + end:
        raise _truncated(path, size, 8 + length + end)
    contiguous = all(left[1] == right[0] for left, right in pairwise(spans)) and (not spans or spans[0][0] == 0)
    if size > 8 + length + end or not contiguous:
        raise WorkerError(
            "checkpoint_header_invalid", f"The header of {path} does not cover the file's {size} bytes.", AGAIN
        )
    return frozenset(tensors)


def _truncated(path: Path, size: int, expected: int) -> WorkerError:
    return WorkerError(
        "checkpoint_truncated",
        f"{path} is cut off: it has {size} bytes where its header needs {expected}.",
        "Download or copy the file again.",
    )
