"""Small random evidence and JumpReLU dictionaries for tests."""

from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from steering_worker.directions.direction import Evidence

D_MODEL, WIDTH, LAYER = 16, 40, 3


def normal(seed: int, *shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def evidence(model_ref: str = "/models/tiny", seed: int = 0, **changes: object) -> Evidence:
    """Eight statements a side whose means differ, and 60 activations of unequal variance."""
    base = Evidence(
        layer=LAYER,
        d_model=D_MODEL,
        positive=normal(1, 8, D_MODEL) + 1.0,
        negative=normal(2, 8, D_MODEL) - 0.5,
        activations=normal(3, 60, D_MODEL) * torch.linspace(0.1, 3.0, D_MODEL) + 5.0,
        resid_norm=10.0,
        model_ref=model_ref,
        model_folder=None,
        seed=seed,
    )
    return replace(base, **changes)


def dictionary_tensors(d_model: int = D_MODEL, width: int = WIDTH, seed: int = 7) -> dict[str, Tensor]:
    return {
        "w_enc": normal(seed, d_model, width),
        "w_dec": normal(seed + 1, width, d_model),
        "b_enc": 0.1 * normal(seed + 2, width),
        "b_dec": normal(seed + 3, d_model),
        "threshold": normal(seed + 4, width).abs(),
    }


def write_dictionary(
    root: Path, layer: int = LAYER, name: str = "16k_l0_medium", tensors: dict[str, Tensor] | None = None
) -> Path:
    """`root/resid_post/layer_<layer>_width_<name>/params.safetensors`; returns the folder."""
    folder = root / "resid_post" / f"layer_{layer}_width_{name}"
    folder.mkdir(parents=True)
    save_file(dictionary_tensors() if tensors is None else tensors, folder / "params.safetensors")
    return folder
