"""JumpReLU sparse autoencoders in Gemma Scope 2's layout, of which only the needed columns and rows are read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float
from safetensors import SafetensorError, safe_open
from torch import Tensor

from steering_worker.errors import WorkerError
from steering_worker.memory import is_out_of_memory

#: Encoder columns held in memory at a time while all features are examined.
CHUNK = 4096


@dataclass(frozen=True)
class Dictionary:
    """A file whose tensors have the shapes w_enc [d_model, width], w_dec [width, d_model], b_enc, threshold [width]."""

    path: Path
    d_model: int
    width: int


@dataclass(frozen=True)
class Features:
    """The tensors (float32) that reading and writing k chosen features takes."""

    w_enc: Float[Tensor, "d_model k"]
    b_enc: Float[Tensor, " k"]
    threshold: Float[Tensor, " k"]
    w_dec: Float[Tensor, "k d_model"]


def jump_relu(
    resid: Float[Tensor, "*rows d_model"],
    w_enc: Float[Tensor, "d_model k"],
    b_enc: Float[Tensor, " k"],
    threshold: Float[Tensor, " k"],
) -> Float[Tensor, "*rows k"]:
    """f = relu(z) 1[z > threshold], z = h W_enc + b_enc; b_dec is not subtracted first (Gemma Scope, 2408.05147)."""
    z = resid @ w_enc + b_enc
    return torch.relu(z) * (z > threshold)


def open_dictionary(path: Path, d_model: int) -> Dictionary:
    """Check names and shapes without reading a tensor; raise `WorkerError` `dictionary_format`."""
    try:
        with safe_open(path, framework="pt") as file:
            names = set(file.keys())
            missing = [name for name in ("w_enc", "w_dec", "b_enc", "threshold") if name not in names]
            if missing:
                raise _refused(path, f"it has no tensor {missing[0]!r}")
            shapes = {name: list(file.get_slice(name).get_shape()) for name in names}
    except (SafetensorError, OSError) as error:
        if is_out_of_memory(error):
            raise
        raise _refused(path, f"it cannot be read ({error})") from error
    if len(shapes["w_enc"]) != 2 or shapes["w_enc"][0] != d_model:
        raise _refused(path, f"w_enc has shape {shapes['w_enc']} where a model of width {d_model} needs [{d_model}, n]")
    width = shapes["w_enc"][1]
    expected = {"w_dec": [width, d_model], "b_enc": [width], "threshold": [width]}
    for name, shape in expected.items():
        if shapes[name] != shape:
            raise _refused(path, f"{name} has shape {shapes[name]} where {shape} is needed")
    return Dictionary(path, d_model, width)


def read_features(dictionary: Dictionary, ids: Sequence[int]) -> Features:
    """The encoder columns and decoder rows of the ids, in their order; raise `WorkerError` for an id out of range."""
    outside = [feature for feature in ids if not 0 <= feature < dictionary.width]
    if outside:
        raise WorkerError(
            "dictionary_feature",
            f"{dictionary.path} has no feature {outside[0]}: its features are 0 to {dictionary.width - 1}.",
            "Give ids of this dictionary.",
        )
    with safe_open(dictionary.path, framework="pt") as file:
        w_enc, w_dec = file.get_slice("w_enc"), file.get_slice("w_dec")
        features = Features(
            w_enc=torch.cat([w_enc[:, i : i + 1] for i in ids], dim=1).to(torch.float32),
            b_enc=_vector(file, "b_enc")[list(ids)],
            threshold=_vector(file, "threshold")[list(ids)],
            w_dec=torch.cat([w_dec[i : i + 1] for i in ids]).to(torch.float32),
        )
    for name, tensor in vars(features).items():
        if not torch.isfinite(tensor).all():
            raise _refused(dictionary.path, f"{name} of the chosen features is not finite")
    return features


def activations(
    dictionary: Dictionary, resid: Float[Tensor, "rows d_model"], chunk: int = CHUNK
) -> Iterator[Float[Tensor, "rows chunk"]]:
    """Every feature's activation at the given residuals, `chunk` features at a time, in id order."""
    with safe_open(dictionary.path, framework="pt") as file:
        w_enc, b_enc, threshold = file.get_slice("w_enc"), _vector(file, "b_enc"), _vector(file, "threshold")
        for start in range(0, dictionary.width, chunk):
            stop = min(start + chunk, dictionary.width)
            columns: Tensor = w_enc[:, start:stop].to(torch.float32)
            yield jump_relu(resid.to(torch.float32), columns, b_enc[start:stop], threshold[start:stop])


def _vector(file: Any, name: str) -> Tensor:
    tensor: Tensor = file.get_tensor(name)
    return tensor.to(torch.float32)


def _refused(path: Path, what: str) -> WorkerError:
    return WorkerError(
        "dictionary_format",
        f"The dictionary {path} cannot be used: {what}.",
        "Use a JumpReLU dictionary in Gemma Scope 2's layout, made for this model.",
    )
