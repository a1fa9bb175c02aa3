"""Where a sparse autoencoder's `params.safetensors` is: a folder, a root of folders by layer, or the hub."""

import re
from pathlib import Path

from huggingface_hub import errors as hub
from huggingface_hub import hf_hub_download

from steering_worker.errors import WorkerError
from steering_worker.models.advice import hub_error

FILE_NAME = "params.safetensors"
#: Formats that dictionaries were published in before safetensors; they can hold code.
PICKLED = frozenset({".npz", ".pt", ".pth", ".bin", ".pkl", ".ckpt"})
HUB_REFERENCE = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)(@(?P<revision>[\w./-]+))?:(?P<path>[^:]+)")
EXAMPLE = "google/gemma-scope-2-1b-it:resid_post/layer_17_width_16k_l0_medium"


def locate_dictionary(reference: str, layer: int) -> Path:
    """The dictionary's file; `reference` is an absolute path or `owner/name[@revision]:path` on the hub.

    A path may name the file, the folder that holds it, or a root with `[resid_post/]layer_{L}_width_*` folders, of
    which exactly one must be for the layer. Raise `WorkerError` `dictionary_missing`, `dictionary_ambiguous`,
    `dictionary_format`, or what the hub answered (`gated`, `offline`, ...).
    """
    if Path(reference).is_absolute():
        return _local(Path(reference), layer)
    parts = HUB_REFERENCE.fullmatch(reference)
    if parts is None:
        raise WorkerError(
            "dictionary_missing",
            f"The dictionary {reference!r} is neither a folder nor a hub reference owner/name:path.",
            f"Give a folder, or a reference such as {EXAMPLE}.",
        )
    return _download(parts["repo"], parts["revision"], parts["path"], reference)


def _local(path: Path, layer: int) -> Path:
    if path.is_file():
        return _safetensors(path)
    if not path.is_dir():
        raise WorkerError("dictionary_missing", f"The dictionary folder {path} does not exist.", "Check the path.")
    if (path / FILE_NAME).is_file():
        return path / FILE_NAME
    by_layer = sorted(folder.parent for folder in path.glob(f"layer_*_width_*/{FILE_NAME}")) + sorted(
        folder.parent for folder in path.glob(f"resid_post*/layer_*_width_*/{FILE_NAME}")
    )
    matching = [folder for folder in by_layer if folder.name.startswith(f"layer_{layer}_width_")]
    if len(matching) == 1:
        return matching[0] / FILE_NAME
    if matching:
        raise WorkerError(
            "dictionary_ambiguous",
            f"{path} holds {len(matching)} dictionaries for layer {layer}: {_names(matching, path)}.",
            "Name one of these folders.",
        )
    if by_layer:
        what, advice = f"holds none for layer {layer}", f"Use the layer of one that it holds: {_names(by_layer, path)}."
    elif any(file.suffix in PICKLED for file in path.iterdir()):
        what, advice = "holds no safetensors file", "Convert what it holds: only safetensors files are read."
    else:
        what = f"holds neither {FILE_NAME} nor folders named layer_{layer}_width_*"
        advice = f"Lay it out as Gemma Scope 2 does, such as resid_post/layer_{layer}_width_16k_l0_medium/{FILE_NAME}."
    raise WorkerError("dictionary_missing", f"The dictionary folder {path} {what}.", advice)


def _names(folders: list[Path], root: Path) -> str:
    return ", ".join(str(folder.relative_to(root)) for folder in folders)


def _safetensors(path: Path) -> Path:
    if path.suffix in PICKLED:
        raise WorkerError(
            "dictionary_format",
            f"The dictionary file {path} is not a safetensors file.",
            "Convert it: only safetensors files are read.",
        )
    return path


def _download(repo: str, revision: str | None, path: str, reference: str) -> Path:
    _safetensors(Path(path))
    file = path if path.endswith(".safetensors") else f"{path.rstrip('/')}/{FILE_NAME}"
    try:
        return Path(hf_hub_download(repo, file, revision=revision))
    except (hub.LocalEntryNotFoundError, hub.OfflineModeIsEnabled) as error:
        raise WorkerError(
            "offline",
            f"The dictionary {reference} is not in the local cache and the hub cannot be reached.",
            "Connect once to download it, or give a local folder.",
        ) from error
    except hub.EntryNotFoundError as error:
        raise WorkerError(
            "dictionary_missing",
            f"The dictionary {reference} names {file}, which {repo} does not have.",
            f"Look the folder up at https://huggingface.co/{repo}/tree/{revision or 'main'}.",
        ) from error
    except (OSError, ValueError) as error:
        raise hub_error(error, repo, revision) from error
