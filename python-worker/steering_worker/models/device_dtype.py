"""Which device and dtype a model runs on."""

import re

import torch

from steering_worker.errors import WorkerError

DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}


def choose_device(requested: str) -> torch.device:
    """`auto` is the first available of cuda, mps and cpu; anything else is used as given, or refused."""
    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    if requested == "auto":
        return torch.device("cuda:0" if cuda else "mps" if mps else "cpu")
    if requested == "cpu":
        return torch.device("cpu")
    if requested == "mps":
        if not mps:
            raise WorkerError(
                "device_unavailable", "The device `mps` is not available here.", "Set `device: auto` or `device: cpu`."
            )
        return torch.device("mps")
    match = re.fullmatch(r"cuda(?::(\d+))?", requested)
    if match is None:
        raise WorkerError(
            "bad_device",
            f"`{requested}` is not a device.",
            "Give `auto`, `cpu`, `cuda`, `cuda:N` or `mps`.",
        )
    index = int(match[1] or 0)
    if not cuda:
        raise WorkerError(
            "device_unavailable",
            f"The device `{requested}` was requested, but PyTorch {torch.__version__} sees no CUDA device.",
            "Install the GPU's driver and a CUDA build of PyTorch, or set `device: auto`.",
        )
    if index >= torch.cuda.device_count():
        raise WorkerError(
            "device_unavailable",
            f"The device `{requested}` was requested, but there are only {torch.cuda.device_count()} CUDA devices.",
            "Give a smaller number, or set `device: auto`.",
        )
    return torch.device("cuda", index)


def choose_dtype(requested: str, device: torch.device) -> torch.dtype:
    """`auto` is bfloat16 on cuda and float32 elsewhere; float16 overflows in Gemma's residual stream and is refused."""
    if requested == "auto":
        return torch.bfloat16 if device.type == "cuda" else torch.float32
    dtype = DTYPES.get(requested)
    if dtype is None:
        reason = ": Gemma's residual stream overflows it" if requested == "float16" else ""
        raise WorkerError(
            "bad_dtype", f"The dtype `{requested}` is not supported{reason}.", "Give `auto`, `float32` or `bfloat16`."
        )
    return dtype
