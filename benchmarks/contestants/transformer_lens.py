"""TransformerLens' bridge: its own `generate` under `hooks`."""

from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import Tensor

from benchmarks.contestant import Context, Opened
from benchmarks.contestants.steered_generate import contestant


def open_contestant(context: Context) -> Opened:
    """The bridge, steered by a hook on the output of a block."""
    from transformer_lens.model_bridge import TransformerBridge

    torch.set_num_threads(context.threads)
    bridge: Any = TransformerBridge.boot_transformers(str(context.folder), dtype=torch.float32, device="cpu")
    vector = torch.tensor(context.sweep.vector)
    point = f"blocks.{context.sweep.shape.layer}.hook_out"

    def steered(strength: Tensor | float) -> AbstractContextManager[Any]:
        added = strength[:, None, None] * vector if isinstance(strength, Tensor) else strength * vector
        hooks: AbstractContextManager[Any] = bridge.hooks(fwd_hooks=[(point, lambda resid, hook=None: resid + added)])
        return hooks

    def generate(ids: Tensor, tokens: int, sample: bool = True) -> Tensor:
        out: Tensor = bridge.generate(
            ids,
            max_new_tokens=tokens,
            stop_at_eos=False,
            do_sample=sample,
            temperature=1.0,
            return_type="tokens",
            verbose=False,
        )
        return out

    return contestant(context, generate, steered)
