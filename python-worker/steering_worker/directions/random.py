"""A control: a random direction with the norm of the contrast's own vector."""

from typing import ClassVar, Literal

import numpy as np
import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor

from steering_worker.directions.caa import Caa, CaaParams
from steering_worker.directions.direction import Direction, Evidence, Fitted, Params
from steering_worker.errors import WorkerError


class RandomParams(CaaParams):
    """`position` and `normalise` are those of the caa vector whose norm is taken."""

    match: Literal["norm", "covariance"] = Field(
        default="norm", description="`norm`: isotropic; `covariance`: Gaussian with the covariance of the activations."
    )


class Random(Direction):
    """A random vector with the norm of the same contrast's caa vector, as a control.

    v = |v_caa| g / |g|, with g ~ N(0, I) (`norm`) or g ~ N(0, S), S the sample covariance of the activations at every
    non-`<bos>` position of the statements and question prompts (`covariance`). The effect
    of a norm-matched v is norm tolerance; only what caa does beyond it is due to its direction. `covariance` is the
    stricter control: it points where the model's activations vary. Seeded by `Evidence.seed` (Philox), so several
    draws are several seeds.
    Source: norm-matched random controls, arXiv 2510.20487.
    """

    kind: ClassVar[str] = "random"
    Params: ClassVar[type[Params]] = RandomParams
    random: ClassVar[bool] = True

    params: RandomParams

    def fit(self, evidence: Evidence) -> Fitted:
        """Raise `WorkerError` like caa, or `zero_vector` if the activations do not vary."""
        reference = Caa(CaaParams(position=self.params.position, normalise=self.params.normalise)).fit(evidence)
        generator = np.random.Generator(np.random.Philox(key=evidence.seed))
        if self.params.match == "norm":
            gaussian = standard_normal(generator, evidence.d_model)
        else:
            gaussian = covariance_normal(generator, evidence.activations)
        size = float(gaussian.norm())
        if not 0 < size < float("inf"):
            raise WorkerError(
                "zero_vector",
                f"The {len(evidence.activations)} activations at layer {evidence.layer} do not vary, "
                "so no direction can be drawn with their covariance.",
                "Use match: norm, or give more statements and prompts.",
            )
        caa = reference.tensors["vector"].to(torch.float64)
        unit = gaussian / size
        info = {"seed": evidence.seed, "cosine_with_caa": float(unit @ caa / caa.norm())}
        return Fitted.of_vector(unit * caa.norm(), info)


def standard_normal(generator: np.random.Generator, size: int) -> Float[Tensor, " size"]:
    return torch.from_numpy(generator.standard_normal(size))


def covariance_normal(
    generator: np.random.Generator, activations: Float[Tensor, "tokens d_model"]
) -> Float[Tensor, " d_model"]:
    """A draw from N(0, S), S = X'X / (n - 1) of the centred activations X: X' z / sqrt(n - 1) with z ~ N(0, I_n).

    Exact at any rank and without forming S; zero where there are fewer than two activations.
    """
    tokens, d_model = activations.shape
    if tokens < 2:
        return torch.zeros(d_model, dtype=torch.float64)
    centred = activations.to(torch.float64)
    centred = centred - centred.mean(0)
    return standard_normal(generator, tokens) @ centred / float(np.sqrt(tokens - 1))
