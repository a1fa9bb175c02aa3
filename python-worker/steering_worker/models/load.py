"""From a model reference to a model in memory, or to one sentence that says why it cannot be loaded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from steering_worker.errors import WorkerError
from steering_worker.memory import is_out_of_memory
from steering_worker.models.checkpoint import Checkpoint, inspect_checkpoint
from steering_worker.models.config_sizes import refuse_sizes_without_weights
from steering_worker.models.device_dtype import choose_device, choose_dtype
from steering_worker.models.families.architecture import Architecture
from steering_worker.models.hashes import checkpoint_hashes
from steering_worker.models.loaded import HuggingFaceModel
from steering_worker.models.source import resolve_source
from steering_worker.models.tokenizer import end_token_ids, load_tokenizer, refuse_foreign_tokenizer
from steering_worker.one_line import one_line

AGAIN = "Download or export the checkpoint again."


def load_model(ref: str, revision: str | None, device: str, dtype: str, tick: Callable[[], None]) -> HuggingFaceModel:
    """Load `ref` (an absolute folder or a hub id) in evaluation mode with eager attention.

    Every check that needs no weights comes first. Raises `WorkerError` (`run_fatal`). `tick` is called as work is done.
    """
    chosen_device = choose_device(device)
    chosen_dtype = choose_dtype(dtype, chosen_device)
    source = resolve_source(ref, revision, weights=True)
    checkpoint = inspect_checkpoint(source.folder)
    config = _read_config(checkpoint)
    architecture = _architecture(checkpoint, config)
    refuse_sizes_without_weights(source.folder / "config.json", architecture, checkpoint.weight_files)
    tokenizer = load_tokenizer(source.folder)
    end_ids = end_token_ids(source.folder, checkpoint.config, tokenizer)
    refuse_foreign_tokenizer(tokenizer, end_ids, architecture.vocab_size, source.folder)
    tick()
    model = _build(checkpoint, config, chosen_device, chosen_dtype)
    tick()
    _refuse_non_finite(model, source.folder, tick)
    pad_id = tokenizer.pad_token_id
    return HuggingFaceModel(
        ref=ref,
        folder=source.folder,
        revision=source.revision,
        model_class=checkpoint.model_class,
        model=model,
        tokenizer=tokenizer,
        device=chosen_device,
        dtype=chosen_dtype,
        architecture=architecture,
        parameters=_language_parameters(model, architecture),
        bos_id=tokenizer.bos_token_id,
        end_ids=end_ids,
        pad_id=tokenizer.bos_token_id if pad_id is None else pad_id,
        hashes=checkpoint_hashes(source.folder, checkpoint.weight_files, tokenizer.chat_template, tick),
    )


def _read_config(checkpoint: Checkpoint) -> Any:
    from transformers import AutoConfig

    try:
        return AutoConfig.from_pretrained(checkpoint.folder, local_files_only=True, trust_remote_code=False)
    except Exception as error:  # transformers raises many exception types for an inconsistent config
        if is_out_of_memory(error):
            raise
        raise WorkerError(
            "checkpoint_config_invalid",
            f"The config.json in {checkpoint.folder} describes no valid model: {one_line(error)}",
            AGAIN,
        ) from error


def _architecture(checkpoint: Checkpoint, config: Any) -> Architecture:
    try:
        return checkpoint.family.architecture(config)
    except (AttributeError, KeyError, TypeError) as error:
        raise WorkerError(
            "checkpoint_config_invalid",
            f"The config.json in {checkpoint.folder} lacks what the family {checkpoint.family.name} needs: "
            f"{one_line(error)}",
            AGAIN,
        ) from error


def _build(checkpoint: Checkpoint, config: Any, device: torch.device, dtype: torch.dtype) -> Any:
    import transformers

    folder = checkpoint.folder
    model_class = getattr(transformers, checkpoint.model_class)
    placement = {} if device.type == "cpu" else {"device_map": {"": device}}
    try:
        model, info = model_class.from_pretrained(
            folder,
            config=config,
            dtype=dtype,
            attn_implementation="eager",
            use_safetensors=True,
            trust_remote_code=False,
            local_files_only=True,
            # Reported in `info`, and refused below with our own messages.
            ignore_mismatched_sizes=True,
            output_loading_info=True,
            **placement,
        )
    except Exception as error:  # transformers and safetensors raise many exception types for a bad checkpoint
        if is_out_of_memory(error):
            raise WorkerError(
                "model_too_large",
                f"The model in {folder} does not fit into the memory of {device}.",
                "Use a smaller model, a larger device, or `dtype: bfloat16`.",
            ) from error
        raise WorkerError(
            "checkpoint_invalid",
            f"The checkpoint in {folder} cannot be built as {checkpoint.model_class}: {one_line(error)}",
            f"Check its config.json against the weights. {AGAIN}",
        ) from error
    _refuse_key_problems(checkpoint, info)
    model.eval()
    model.requires_grad_(False)
    return model


def _refuse_key_problems(checkpoint: Checkpoint, info: dict[str, Any]) -> None:
    """A key that is missing, unexpected or of another shape would leave random weights in the model."""
    folder, model_class = checkpoint.folder, checkpoint.model_class
    missing, unexpected = sorted(info["missing_keys"]), sorted(info["unexpected_keys"])
    mismatched = sorted(info["mismatched_keys"], key=str)
    if mismatched:
        name, found, needed = mismatched[0]
        raise WorkerError(
            "checkpoint_mismatched_keys",
            f"In the checkpoint in {folder} the tensor `{name}` has shape {list(found)} where config.json calls for "
            f"{list(needed)}{_more(mismatched)}.",
            f"Check its config.json against the weights. {AGAIN}",
        )
    if missing:
        raise WorkerError(
            "checkpoint_missing_keys",
            f"The checkpoint in {folder} lacks the tensor `{missing[0]}` of {model_class}{_more(missing)}.",
            AGAIN,
        )
    if unexpected:
        raise WorkerError(
            "checkpoint_unexpected_keys",
            f"The checkpoint in {folder} has the tensor `{unexpected[0]}`, which {model_class} does not know"
            f"{_more(unexpected)}.",
            f"Check that config.json belongs to these weights. {AGAIN}",
        )
    if info.get("error_msgs"):
        reason = str(info["error_msgs"][0]).splitlines()[0]
        raise WorkerError("checkpoint_invalid", f"The checkpoint in {folder} cannot be loaded: {reason}", AGAIN)


def _more(names: list[Any]) -> str:
    return "" if len(names) == 1 else f" (and {len(names) - 1} more like it)"


def _refuse_non_finite(model: Any, folder: Path, tick: Callable[[], None]) -> None:
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise WorkerError(
                "checkpoint_non_finite",
                f"The tensor `{name}` of the checkpoint in {folder} holds NaN or infinite values.",
                AGAIN,
            )
        tick()


def _language_parameters(model: Any, architecture: Architecture) -> int:
    """Parameters of the language model (tied ones once); a vision tower does not count for the ladder."""
    return sum(p.numel() for name, p in model.named_parameters() if not name.startswith(architecture.not_run))
