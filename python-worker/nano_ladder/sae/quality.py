"""How good a sparse autoencoder is, on documents of another seed than it was trained on."""

from dataclasses import asdict, dataclass

import torch
from tokenizers import Tokenizer
from transformers import Gemma3ForCausalLM

from nano_ladder.sae.activations import held_batches, loss_with, residuals
from nano_ladder.sae.autoencoder import JumpReLU


@dataclass(frozen=True)
class Quality:
    """`loss_recovered_*` is (L_ablated - L_sae) / (L_ablated - L_clean), ablating to the mean residual or to zero."""

    tokens: int
    variance_explained: float
    l0: float
    dead_share: float
    loss_clean: float
    loss_sae: float
    loss_mean_ablated: float
    loss_zero_ablated: float
    loss_recovered_mean: float
    loss_recovered_zero: float

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


def quality(
    model: Gemma3ForCausalLM, tokenizer: Tokenizer, layer: int, sae: JumpReLU, seed: int, documents: int
) -> Quality:
    """Measures on the first documents of a seed; `<bos>` and padding are left as they are."""
    held = residuals(model, tokenizer, layer, seed, documents)
    features = sae.encode(held)
    mean = held.mean(0)
    error = (held - sae.decode(features)).pow(2).sum()
    spread = (held - mean).pow(2).sum()
    batches = list(held_batches(tokenizer, seed, documents))
    clean = loss_with(model, batches, layer, None)
    spliced = loss_with(model, batches, layer, lambda h: sae.decode(sae.encode(h)))
    averaged = loss_with(model, batches, layer, lambda h: mean.expand_as(h))
    zeroed = loss_with(model, batches, layer, torch.zeros_like)
    return Quality(
        tokens=len(held),
        variance_explained=float(1 - error / spread),
        l0=float((features > 0).sum(1).float().mean()),
        dead_share=float((~(features > 0).any(0)).float().mean()),
        loss_clean=clean,
        loss_sae=spliced,
        loss_mean_ablated=averaged,
        loss_zero_ablated=zeroed,
        loss_recovered_mean=(averaged - spliced) / (averaged - clean),
        loss_recovered_zero=(zeroed - spliced) / (zeroed - clean),
    )
