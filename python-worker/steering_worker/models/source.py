"""Where a model's files are: a local folder, or a snapshot of a hub repository in the local cache."""

from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import snapshot_download

from steering_worker.errors import WorkerError
from steering_worker.models.advice import hub_error
from steering_worker.models.own_files import refuse_files_elsewhere

SMALL_FILES = (
    "config.json",
    "generation_config.json",
    "tokenizer*",
    "special_tokens_map.json",
    "added_tokens.json",
    "chat_template*",
    "*.safetensors.index.json",
)
WEIGHT_FILES = ("model*.safetensors",)
READ_FILES = (*SMALL_FILES, "*.safetensors")


@dataclass(frozen=True)
class Source:
    """A folder with the model's files; `revision` is the commit for a hub model and None for a folder."""

    ref: str
    folder: Path
    revision: str | None


def resolve_source(ref: str, revision: str | None, *, weights: bool) -> Source:
    """Find `ref`, downloading what is missing of it (only its tokenizer and configs unless `weights`).

    Raises `WorkerError` where the folder does not exist, the hub does not give the model, or a file lies elsewhere.
    """
    if _looks_like_path(ref):
        return _folder(ref)
    try:
        small = snapshot_download(ref, revision=revision, allow_patterns=list(SMALL_FILES))
        # The commit that was just resolved, so that configs and weights come from one revision.
        commit = Path(small).name
        if weights:
            snapshot_download(ref, revision=commit, allow_patterns=list(SMALL_FILES + WEIGHT_FILES))
    except Exception as error:  # huggingface_hub raises its own, httpx's and the operating system's
        raise hub_error(error, ref, revision) from error
    refuse_files_elsewhere(Path(small), READ_FILES)
    return Source(ref, Path(small), commit)


def _looks_like_path(ref: str) -> bool:
    return ref.startswith((".", "~")) or ref.count("/") > 1 or "\\" in ref or Path(ref).is_absolute()


def _folder(ref: str) -> Source:
    folder = Path(ref)
    if not folder.is_absolute():
        raise WorkerError(
            "bad_model_ref",
            f"The model reference `{ref}` is neither an absolute folder nor a hub id like `google/gemma-3-1b-it`.",
            "Correct `ref` in the experiment.",
        )
    if not folder.is_dir():
        state = "is a file" if folder.exists() else "does not exist"
        raise WorkerError(
            "model_folder_absent",
            f"The model folder {folder} {state}.",
            "Give the folder that holds the model's config.json and safetensors files, or a hub id.",
        )
    refuse_files_elsewhere(folder, READ_FILES)
    return Source(ref, folder, None)
