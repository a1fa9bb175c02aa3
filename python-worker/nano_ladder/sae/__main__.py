"""`python -m nano_ladder.sae --models models/nano`: trains one sparse autoencoder a rung and writes its card."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

from nano_ladder.rungs import RUNGS
from nano_ladder.sae.activations import layer_of, residuals
from nano_ladder.sae.autoencoder import JumpReLU, Recipe, fit
from nano_ladder.sae.quality import quality

TRAINING_DOCUMENTS = 12_000
HELD_DOCUMENTS = 1_500
HELD_SEED_OFFSET = 1_000_000


def card(record: dict[str, Any]) -> str:
    """The README of a sparse autoencoder."""
    quality = record["quality"]
    return f"""\
---
license: mit
---

# Sparse autoencoder of {record["rung"]}, block {record["layer"]}

A JumpReLU autoencoder of {record["features"]} features on the residual stream after block {record["layer"]}, in Gemma
Scope 2's file layout. `z = h w_enc + b_enc; f = relu(z) * (z > threshold); h_hat = f w_dec + b_dec`; decoder rows have
norm 1. Trained with BatchTopK at {record["l0_trained"]} features a token on {record["tokens"]:,} tokens of the corpus,
without `<bos>`, then given the mean threshold. The recipe is the same for every rung.

On {quality["tokens"]:,} tokens of documents of another seed:

| | |
|---|---|
| variance explained | {quality["variance_explained"]:.3f} |
| L0, features a token | {quality["l0"]:.1f} |
| dead features | {100 * quality["dead_share"]:.1f} % |
| loss: clean, with the autoencoder | {quality["loss_clean"]:.3f}, {quality["loss_sae"]:.3f} |
| loss: mean-ablated, zero-ablated | {quality["loss_mean_ablated"]:.3f}, {quality["loss_zero_ablated"]:.3f} |
| loss recovered, of mean ablation | {quality["loss_recovered_mean"]:.3f} |
| loss recovered, of zero ablation | {quality["loss_recovered_zero"]:.3f} |

Loss recovered is (ablated - autoencoder) / (ablated - clean), over the tokens that carry loss.
"""


def train_sae(folder: Path, seed: int) -> Path:
    """Trains a rung's autoencoder and writes it beside the rung; its folder."""
    torch.set_num_threads(1)
    recipe = Recipe()
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    layer = layer_of(model)
    training = residuals(model, tokenizer, layer, seed, TRAINING_DOCUMENTS)
    sae = fit(training, recipe, seed)
    features = sae.w_enc.shape[1]
    out = folder / "sae" / "resid_post" / f"layer_{layer}_width_{features}_l0_medium"
    path = out / "params.safetensors"
    sae.save(path)
    measured = quality(model, tokenizer, layer, JumpReLU.load(path), seed + HELD_SEED_OFFSET, HELD_DOCUMENTS)
    record = {
        "rung": folder.name,
        "seed": seed,
        "layer": layer,
        "features": features,
        "l0_trained": recipe.l0,
        "steps": recipe.steps,
        "tokens": len(training),
        "quality": measured.as_dict(),
    }
    (out / "training.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    (out / "README.md").write_text(card(record), "utf-8")
    return out


def main() -> None:
    names = [rung.name for rung in RUNGS]
    parser = argparse.ArgumentParser(prog="python -m nano_ladder.sae", description="Trains the sparse autoencoders.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--models", type=Path, default=Path("models/nano"), help="folder of the rungs")
    parser.add_argument("--rungs", nargs="+", choices=names, default=names)
    args = parser.parse_args()
    for name in args.rungs:
        print(f"{name}: {train_sae(args.models / name, args.seed)}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
