"""Trains one rung from scratch. One recipe for all of them; only the peak learning rate follows the width."""

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import torch
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy
from transformers import Gemma3ForCausalLM

from nano_ladder.batches import IGNORED, batches
from nano_ladder.rungs import Rung, build

STEPS = 4000
BATCH_TOKENS = 1536
WARM_UP = 100
FINAL_RATE = 0.05
WEIGHT_DECAY = 0.05
BETAS = (0.9, 0.95)
CLIP = 1.0


@dataclass(frozen=True)
class Training:
    """What a rung's training was and cost."""

    rung: str
    seed: int
    parameters: int
    vocabulary: int
    hidden: int
    layers: int
    heads: int
    steps: int
    learning_rate: float
    tokens: int
    trained_tokens: int
    loss: float
    seconds: int
    cpu_seconds: int

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def rate(step: int, steps: int, peak: float) -> float:
    """Linear warm-up, then a cosine to `FINAL_RATE` of the peak."""
    cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
    return peak * min(1, (step + 1) / WARM_UP) * (FINAL_RATE + (1 - FINAL_RATE) * cosine)


def optimizer(model: Gemma3ForCausalLM, peak: float) -> torch.optim.AdamW:
    """AdamW without weight decay on the norms."""
    matrices = [p for p in model.parameters() if p.ndim > 1]
    vectors = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": WEIGHT_DECAY}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=peak, betas=BETAS, fused=True)


def batch_loss(model: Gemma3ForCausalLM, ids: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy over the labelled tokens of a batch `[row, pos]`, in bfloat16 where that is safe."""
    targets = labels[:, 1:]
    labelled = targets != IGNORED
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = model.model(input_ids=ids, use_cache=False).last_hidden_state[:, :-1]
        logits = model.lm_head(hidden[labelled])
    return cross_entropy(logits.float(), targets[labelled])


def train(
    rung: Rung, tokenizer: Tokenizer, seed: int, steps: int, report: Callable[[str], None]
) -> tuple[Gemma3ForCausalLM, Training]:
    """Trains a rung for `steps` batches of the seed's corpus."""
    torch.manual_seed(seed)
    model = build(rung, tokenizer.get_vocab_size()).train()
    optimise = optimizer(model, rung.learning_rate)
    losses: list[float] = []
    tokens = trained = 0
    wall, cpu = time.monotonic(), time.process_time()
    stream = batches(tokenizer, seed, BATCH_TOKENS)
    for step in range(steps):
        ids, labels = next(stream)
        for group in optimise.param_groups:
            group["lr"] = rate(step, steps, rung.learning_rate)
        loss = batch_loss(model, ids, labels)
        optimise.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
        optimise.step()
        losses.append(loss.item())
        tokens += ids.numel()
        trained += int((labels != IGNORED).sum())
        if (step + 1) % 100 == 0 or step == 9:
            recent = losses[-100:]
            report(
                f"{rung.name} step {step + 1}/{steps} loss {sum(recent) / len(recent):.4f} "
                f"{time.monotonic() - wall:.0f} s, cpu {time.process_time() - cpu:.0f} s"
            )
    last = losses[-200:]
    return model.eval(), Training(
        rung=rung.name,
        seed=seed,
        parameters=sum(p.numel() for p in model.parameters()),
        vocabulary=tokenizer.get_vocab_size(),
        hidden=rung.hidden,
        layers=rung.layers,
        heads=rung.heads,
        steps=steps,
        learning_rate=rung.learning_rate,
        tokens=tokens,
        trained_tokens=trained,
        loss=sum(last) / len(last),
        seconds=round(time.monotonic() - wall),
        cpu_seconds=round(time.process_time() - cpu),
    )
