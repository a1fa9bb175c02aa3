"""Examines a checkpoint before any model class is built: config, architecture, and every safetensors header."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steering_worker.errors import WorkerError
from steering_worker.models.config_sizes import refuse_impossible_sizes
from steering_worker.models.families.architecture import Family
from steering_worker.models.families.registry import FAMILIES, family_of, known_types
from steering_worker.models.weights import check_weights
from steering_worker.one_line import one_line


@dataclass(frozen=True)
class Checkpoint:
    folder: Path
    family: Family
    model_class: str
    config: dict[str, Any]
    #: Sorted by name.
    weight_files: tuple[Path, ...]


def inspect_checkpoint(folder: Path) -> Checkpoint:
    """Raise `WorkerError` (`run_fatal`) for every problem that the files show without building the model."""
    config = read_json_object(folder / "config.json", "checkpoint_config")
    refuse_impossible_sizes(folder / "config.json", config)
    _refuse_custom_code(folder, config)
    family, model_class = _family(folder, config)
    if "quantization_config" in config:
        raise WorkerError(
            "checkpoint_quantized",
            f"The checkpoint in {folder} is quantized (`quantization_config` in config.json), which is not supported.",
            "Use the unquantized checkpoint in bfloat16 or float32.",
        )
    if (folder / "adapter_config.json").exists():
        raise WorkerError(
            "checkpoint_adapter",
            f"The folder {folder} holds an adapter (adapter_config.json), which is not supported.",
            "Merge the adapter into its base model (`merge_and_unload`) and save that.",
        )
    return Checkpoint(folder, family, model_class, config, check_weights(folder))


def read_json_object(path: Path, code: str) -> dict[str, Any]:
    """The JSON object in `path`; a missing or malformed file is a `WorkerError` with `code`."""
    if not path.is_file():
        raise WorkerError(
            f"{code}_missing",
            f"The checkpoint in {path.parent} has no {path.name}.",
            "Give the folder that `save_pretrained` wrote, or download the model again.",
        )
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise WorkerError(
            f"{code}_invalid", f"{path} is not valid JSON ({one_line(error)}).", "Download or export the model again."
        ) from error
    if not isinstance(value, dict):
        raise WorkerError(
            f"{code}_invalid", f"{path} holds a {type(value).__name__}, not an object.", "Export the model again."
        )
    return value


def _refuse_custom_code(folder: Path, config: dict[str, Any]) -> None:
    files = {"config.json": config}
    path = folder / "tokenizer_config.json"
    if path.is_file():
        files[path.name] = read_json_object(path, "tokenizer_config")
    for name, content in files.items():
        if "auto_map" in content:
            raise WorkerError(
                "checkpoint_custom_code",
                f"The checkpoint in {folder} asks to run its own code (`auto_map` in {name}), which is refused.",
                "Use a checkpoint of the architecture as transformers ships it, without `auto_map`.",
            )


def _family(folder: Path, config: dict[str, Any]) -> tuple[Family, str]:
    model_type = config.get("model_type")
    family = family_of(model_type) if isinstance(model_type, str) else None
    if family is None or not isinstance(model_type, str):
        known = " or ".join(f"`{name}`" for name in known_types())
        raise WorkerError(
            "unsupported_architecture",
            f"The checkpoint in {folder} has model_type `{model_type}`; this worker loads {known}.",
            f"Use a checkpoint of one of the families {', '.join(family.name for family in FAMILIES)}.",
        )
    model_class = family.model_classes[model_type]
    architectures = config.get("architectures")
    if architectures is not None and architectures != [model_class]:
        raise WorkerError(
            "unsupported_architecture",
            f"The checkpoint in {folder} has architectures {architectures} where model_type `{model_type}` "
            f"calls for `{model_class}`.",
            "Use an instruction-tuned language model checkpoint whose config.json is the one it was saved with.",
        )
    return family, model_class
