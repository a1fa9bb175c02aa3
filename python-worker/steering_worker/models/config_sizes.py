"""Sizes in a config.json, refused if no model could have them or the weight files are too small for them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from steering_worker.errors import WorkerError
from steering_worker.models.families.architecture import Architecture

#: Largest values, far beyond any model's; `src/plan/cost/shape-of-config.ts` has the same.
LARGEST: Mapping[str, int] = {
    "num_hidden_layers": 1_000,
    "hidden_size": 1 << 17,
    "intermediate_size": 1 << 20,
    "num_attention_heads": 1 << 12,
    "num_key_value_heads": 1 << 12,
    "head_dim": 1 << 14,
    "vocab_size": 1 << 24,
    "image_size": 1 << 14,
    "patch_size": 1 << 14,
}


def refuse_impossible_sizes(path: Path, config: Mapping[str, Any]) -> None:
    """Raise `WorkerError` for a size that is not a whole number or out of bounds, before anything is built from it."""
    for part in (None, "text_config", "vision_config"):
        sizes = config if part is None else config.get(part)
        for name, largest in LARGEST.items():
            size = sizes.get(name) if isinstance(sizes, dict) else None
            if size is None or (type(size) is int and 1 <= size <= largest):
                continue
            raise WorkerError(
                "checkpoint_config_invalid",
                f"{path} has {name if part is None else f'{part}.{name}'} {str(size)[:40]}, "
                f"where a whole number from 1 to {largest:,} is possible.",
                "Download or export the checkpoint again.",
            )


def refuse_sizes_without_weights(path: Path, architecture: Architecture, weight_files: tuple[Path, ...]) -> None:
    """Raise `WorkerError` where the sizes call for more parameters than the weight files have bytes.

    The matrices alone are counted. Smaller differences show as missing tensors.
    """
    embedding = architecture.vocab_size * architecture.d_model
    parameters = embedding + architecture.layers * architecture.block_parameters + architecture.not_run_parameters
    held = sum(file.stat().st_size for file in weight_files)
    if parameters > held:
        raise WorkerError(
            "checkpoint_config_invalid",
            f"{path} describes {parameters:,} parameters where the weight files have {held:,} bytes.",
            "Give the config.json that belongs to the weights.",
        )
