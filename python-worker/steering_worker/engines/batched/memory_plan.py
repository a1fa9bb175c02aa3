"""What a block of rows takes of memory, before it is run: weights, cache, prompts, activations and logits."""

from bisect import bisect_right
from dataclasses import dataclass

from torch import Tensor

from steering_worker.engines.batched.block_size import BlockSize
from steering_worker.engines.batched.folded_model import FoldedModel
from steering_worker.engines.batched.folded_weights import FoldedWeights
from steering_worker.engines.batched.matrix import Matrix
from steering_worker.engines.batched.place_cache import bucketed, cache_widths
from steering_worker.engines.batched.shared_prefill import POSITIONS
from steering_worker.engines.decoding.decode import AHEAD_SHARE
from steering_worker.engines.logits_budget import positions_at_a_time

#: Of the free memory that rows are planned into; the rest is for what allocators waste.
SHARE = 0.8
FLOAT32, EIGHT_BYTES = 4, 8


@dataclass(frozen=True)
class MemoryPlan:
    """Bytes. The first four are held while the block runs; of the others only the largest is needed at a time."""

    weights: int
    cache: int
    prompts: int
    state: int
    prefill: int
    admission: int
    step: int
    logits: int

    @property
    def beyond_weights(self) -> int:
        passing = max(self.prefill, self.admission, self.step, self.logits)
        return self.cache + self.prompts + self.state + passing

    @property
    def peak(self) -> int:
        return self.weights + self.beyond_weights


def rows_that_fit(model: FoldedModel, block: BlockSize, most: int, free: int) -> int:
    """How many rows at a time, `most` at most and one at least, go into a share of the free memory."""
    places = range(1, min(most, block.rows) + 1)
    fitting = bisect_right(places, SHARE * free, key=lambda count: plan_memory(model, block, count).beyond_weights)
    return most if fitting == len(places) else max(1, fitting)


def plan_memory(model: FoldedModel, block: BlockSize, places: int) -> MemoryPlan:
    """The peak of a block at a given number of rows at a time, tensor by tensor, without kernels' scratch memory."""
    weights, shape, size = model.weights, model.shape, model.shape.dtype.itemsize
    places = min(places, block.rows)
    read = places + places // AHEAD_SHARE
    prompts, branches = min(read, block.prompts), min(read, block.branches)
    columns = bucketed(block.columns, shape.device, shape.dtype)
    key_value = 2 * weights.kv_heads * weights.d_head * size
    width = block.prompt_tokens
    # Prompts are processed in passes of this many positions; each leaves its residual where edited rows branch off.
    positions = min(max(prompts, branches) * width, max(POSITIONS, width))
    together = min(prompts, max(1, POSITIONS // width))
    masks = 2 * together * width * width * size
    partings = len(block.partings) * together * width * shape.d_model * size
    above = shape.layers - 1 - min(block.partings, default=shape.layers - 1)
    return MemoryPlan(
        weights=weight_bytes(weights),
        cache=places * key_value * sum(cache_widths(shape, weights.kinds, block.columns)),
        prompts=width * key_value * (prompts * shape.layers + branches * above),
        # Tokens and noise, once more where rows are admitted; the vectors that edits add.
        state=2 * places * block.new_tokens * (EIGHT_BYTES + EIGHT_BYTES) + block.vectors * shape.d_model * FLOAT32,
        prefill=masks + partings + positions * _position_bytes(model, width),
        admission=2 * places * width * key_value,
        step=places * (columns * (1 + 2 * size) + _position_bytes(model, columns)),
        logits=min(places, positions_at_a_time(shape.vocab_size)) * shape.vocab_size * _logit_bytes(model, block),
    )


def _position_bytes(model: FoldedModel, columns: int) -> int:
    """The most that a block holds for a position that attends to a given number of columns."""
    weights, d_model, size = model.weights, model.shape.d_model, model.shape.dtype.itemsize
    d_ff = weights.blocks[0].down.inner
    heads, both = weights.heads * weights.d_head, (weights.heads + weights.kv_heads) * weights.d_head
    projected = (weights.heads + 2 * weights.kv_heads) * weights.d_head
    narrow = size < FLOAT32
    # The queries and keys before and after their turn, and the parts that it is made of.
    turning = size * (projected + 4 * both)
    score = 2 * FLOAT32 + size if narrow else 2 * size
    attending = size * (projected + both + 2 * heads) + weights.heads * columns * score
    # Both halves of the gate; an unpacked one also before its gelu, in float32 where it is not.
    unpacked = 0 if weights.blocks[0].gate.packed else d_ff * (2 * FLOAT32 if narrow else FLOAT32)
    gating = size * (projected + both + heads + 2 * d_ff) + unpacked
    # The residual, and what is about to be added to it.
    return max(turning, attending, gating) + 2 * d_model * max(size, FLOAT32)


def _logit_bytes(model: FoldedModel, block: BlockSize) -> int:
    """The most that a logit takes: itself, capped, scaled, and as a share."""
    size = model.shape.dtype.itemsize
    capped = 0 if model.weights.cap is None else 2 * size
    if block.kinds.all_greedy:
        return size + capped
    # Of a candidate: its logit, its index, and its share on its own, in float64, and summed up.
    candidates = (2 * FLOAT32 + 4 * EIGHT_BYTES) * block.kinds.candidates // model.shape.vocab_size
    return size + max(capped, FLOAT32 + candidates, 3 * FLOAT32)


def weight_bytes(weights: FoldedWeights) -> int:
    """Tensors that are used twice count once."""
    parts = [part for block in weights.blocks for part in vars(block).values()]
    matrices = [part for part in parts if isinstance(part, Matrix)]
    tensors = [matrix.weight for matrix in matrices] + [one.bias for one in matrices if one.bias is not None]
    tensors += [part for part in parts if isinstance(part, Tensor)]
    tensors += [weights.embedding, weights.unembedding, weights.final_norm]
    return sum({id(tensor): tensor.nbytes for tensor in tensors}.values())
