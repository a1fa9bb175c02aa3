"""The residual stream of a rung, block by block: reading it, and putting something else in its place."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import torch
from tokenizers import Tokenizer
from transformers import Gemma3ForCausalLM

from nano_ladder.batches import Row, collate, encode, pack
from nano_ladder.corpus.documents import stream
from nano_ladder.tokenizer import BOS, PAD

BATCH_TOKENS = 6144
Replacement = Callable[[torch.Tensor], torch.Tensor]


def layer_of(model: Gemma3ForCausalLM) -> int:
    """The block whose output is read: floor(0.75 * blocks), the project's default."""
    return int(0.75 * model.config.num_hidden_layers)


def held_batches(tokenizer: Tokenizer, seed: int, documents: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Ids and labels `[row, pos]` of a seed's first documents."""
    rows: list[Row] = encode(tokenizer, list(islice(stream(seed), documents)))
    yield from map(collate, pack(rows, BATCH_TOKENS))


def content(ids: torch.Tensor) -> torch.Tensor:
    """Which positions `[row, pos]` are neither `<bos>` nor padding."""
    return (ids != BOS) & (ids != PAD)


@torch.inference_mode()
def residuals(model: Gemma3ForCausalLM, tokenizer: Tokenizer, layer: int, seed: int, documents: int) -> torch.Tensor:
    """The block's output `[token, d_model]` at every content position of a seed's first documents."""
    found = []
    for ids, _ in held_batches(tokenizer, seed, documents):
        kept: list[torch.Tensor] = []

        def keep(_module: object, _inputs: object, output: torch.Tensor, kept: list[torch.Tensor] = kept) -> None:
            kept.append(output)

        handle = model.model.layers[layer].register_forward_hook(keep)
        try:
            model.model(input_ids=ids, use_cache=False)
        finally:
            handle.remove()
        found.append(kept[0][content(ids)])
    return torch.cat(found).clone()


@torch.inference_mode()
def loss_with(
    model: Gemma3ForCausalLM,
    batches: list[tuple[torch.Tensor, torch.Tensor]],
    layer: int,
    replacement: Replacement | None,
) -> float:
    """Mean cross-entropy over the labelled tokens, the block's output replaced at every content position."""
    total = tokens = 0.0
    for ids, labels in batches:
        mask = content(ids)[:, :, None]

        def replace(_module: object, _inputs: object, output: torch.Tensor, mask: torch.Tensor = mask) -> Any:
            return output if replacement is None else torch.where(mask, replacement(output), output)

        handle = model.model.layers[layer].register_forward_hook(replace)
        try:
            logits = model(input_ids=ids, use_cache=False).logits[:, :-1]
        finally:
            handle.remove()
        labelled = labels[:, 1:] >= 0
        losses = torch.nn.functional.cross_entropy(logits[labelled], labels[:, 1:][labelled], reduction="sum")
        total += float(losses)
        tokens += int(labelled.sum())
    return total / tokens
