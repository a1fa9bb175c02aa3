"""A JumpReLU sparse autoencoder, trained with BatchTopK (Bussmann et al. 2024) and then given a fixed threshold.

    z = h W_enc + b_enc        f = relu(z) * (z > threshold)        h_hat = f W_dec + b_dec

In training, each batch keeps its `l0 * rows` largest pre-activations; the threshold is the running mean of the smallest
one kept. Decoder rows have norm 1, so that f is in units of the residual stream.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file


@dataclass(frozen=True)
class JumpReLU:
    """Weights `w_enc [d, n]`, `w_dec [n, d]`, `b_enc [n]`, `b_dec [d]`, `threshold [n]`."""

    w_enc: torch.Tensor
    w_dec: torch.Tensor
    b_enc: torch.Tensor
    b_dec: torch.Tensor
    threshold: torch.Tensor

    def encode(self, residual: torch.Tensor) -> torch.Tensor:
        """Features `[..., n]` of a residual `[..., d]`."""
        z = residual @ self.w_enc + self.b_enc
        return torch.relu(z) * (z > self.threshold)

    def decode(self, features: torch.Tensor) -> torch.Tensor:
        """The residual `[..., d]` that features `[..., n]` stand for."""
        return features @ self.w_dec + self.b_dec

    def save(self, path: Path) -> None:
        """Writes the five tensors under Gemma Scope 2's names."""
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file({name: tensor.contiguous() for name, tensor in vars(self).items()}, path)

    @classmethod
    def load(cls, path: Path) -> "JumpReLU":
        return cls(**load_file(path))


@dataclass(frozen=True)
class Recipe:
    """One recipe for every rung."""

    expansion: int = 4
    l0: int = 16
    rows: int = 1024
    steps: int = 3000
    learning_rate: float = 2e-3
    dead_after: int = 150
    auxiliary: float = 1 / 32


def unit_rows(w_dec: torch.Tensor) -> None:
    """Scales decoder rows to norm 1, in place."""
    with torch.no_grad():
        w_dec /= w_dec.norm(dim=1, keepdim=True)


def fit(residuals: torch.Tensor, recipe: Recipe, seed: int) -> JumpReLU:
    """Trains on residuals `[token, d]`, scaled to a mean square of 1 a dimension and scaled back at the end."""
    generator = torch.Generator().manual_seed(seed)
    d = residuals.shape[1]
    n = recipe.expansion * d
    scale = float(d**0.5 / residuals.norm(dim=1).mean())
    w_dec = torch.randn(n, d, generator=generator)
    unit_rows(w_dec)
    w_enc = w_dec.T.clone()
    b_enc = torch.zeros(n)
    b_dec = residuals.mean(0) * scale
    parameters = [p.requires_grad_() for p in (w_enc, b_enc, w_dec, b_dec)]
    optimiser = torch.optim.Adam(parameters, lr=recipe.learning_rate, betas=(0.9, 0.99))
    silent = torch.zeros(n)
    threshold: float | None = None
    for step in range(recipe.steps):
        left = (recipe.steps - step) / recipe.steps
        for group in optimiser.param_groups:
            group["lr"] = recipe.learning_rate * min(1.0, 5 * left, (step + 1) / 100)
        rows = torch.randint(len(residuals), (recipe.rows,), generator=generator)
        x = residuals[rows] * scale
        z = torch.relu((x - b_dec) @ w_enc + b_enc)
        smallest = z.flatten().topk(recipe.l0 * recipe.rows).values[-1].detach()
        f = z * (z >= smallest)
        error = x - (f @ w_dec + b_dec)
        loss = error.pow(2).sum(1).mean() / d
        dead = silent >= recipe.dead_after
        if dead.any():
            loss = loss + recipe.auxiliary * dead_loss(z, dead, error.detach(), w_dec, d)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        unit_rows(w_dec)
        silent = torch.where((f > 0).any(0), 0.0, silent + 1)
        threshold = float(smallest) if threshold is None else 0.99 * threshold + 0.01 * float(smallest)
    if threshold is None:
        raise ValueError("a sparse autoencoder needs at least one step")
    with torch.no_grad():
        return JumpReLU(
            w_enc=w_enc.detach().clone(),
            w_dec=w_dec.detach().clone(),
            b_enc=((b_enc - b_dec @ w_enc) / scale).detach(),
            b_dec=(b_dec / scale).detach(),
            threshold=torch.full((n,), threshold / scale),
        )


def dead_loss(z: torch.Tensor, dead: torch.Tensor, error: torch.Tensor, w_dec: torch.Tensor, d: int) -> torch.Tensor:
    """How badly features that have long been silent explain what the others leave over (Gao et al. 2024)."""
    count = min(int(dead.sum()), max(1, d // 2))
    revived = torch.where(dead, z, -1.0).topk(count, dim=1)
    f = torch.zeros_like(z).scatter(1, revived.indices, torch.relu(revived.values))
    return (error - f @ w_dec).pow(2).sum(1).mean() / d
