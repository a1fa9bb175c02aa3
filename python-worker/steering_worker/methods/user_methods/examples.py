"""Small random tensors and evidence on which methods are tried before a model is loaded."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from steering_worker.directions.direction import Evidence
from steering_worker.errors import WorkerError

D_MODEL, FEATURES = 8, 3
#: What the package's own directions make.
TENSORS: Mapping[str, tuple[int, ...]] = {
    "vector": (D_MODEL,),
    "w_enc": (D_MODEL, FEATURES),
    "b_enc": (FEATURES,),
    "threshold": (FEATURES,),
    "w_dec": (FEATURES, D_MODEL),
    "reference": (FEATURES,),
}


def example_tensors(names: tuple[str, ...]) -> dict[str, Tensor] | None:
    """One of each name; None where one is not the package's own."""
    if not set(names) <= set(TENSORS):
        return None
    made = {name: normal(seed, *shape) for seed, (name, shape) in enumerate(TENSORS.items(), 2)}
    return {name: made[name].abs() if name in ("threshold", "reference") else made[name] for name in names}


class ExampleEvidence(Evidence):
    """Evidence of no model: asking for the model's files raises `WorkerError` `no_model_yet`."""

    def __getattribute__(self, name: str) -> Any:
        if name in ("model_ref", "model_folder"):
            raise WorkerError("no_model_yet", f"The evidence has no `{name}` before a model is loaded.", "Load one.")
        return super().__getattribute__(name)


def example_evidence(needs_contrast: bool, question: int = 0, seed: int = 0, d_model: int = D_MODEL) -> Evidence:
    """Six statements on each side, whose means differ, and 24 activations; `question` chooses others."""
    first = 10 * question + 20
    return ExampleEvidence(
        layer=0,
        d_model=d_model,
        positive=normal(first, 6, d_model) + 1 if needs_contrast else None,
        negative=normal(first + 1, 6, d_model) - 1 if needs_contrast else None,
        activations=normal(first + 2, 24, d_model),
        resid_norm=float(d_model**0.5),
        model_ref="",
        model_folder=None,
        seed=seed,
    )


def normal(seed: int, *shape: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))
