"""The planner's word on a sweep's memory."""

from typing import Any

from benchmarks.sweep import QUESTIONS, SAMPLES


def planned_bytes(engine: Any, rows: int, prompt_tokens: int, new_tokens: int) -> int | None:
    """What this process holds besides the weights, as measured, and the planner's bytes of weights and block.

    Called after loading, so that interpreter, libraries and tokenizer count, which no planner of tensors knows. None
    where the engine has no planner.
    """
    if not hasattr(engine, "plan"):
        return None
    from steering_worker.engines.batched.block_size import BlockSize
    from steering_worker.engines.engine import Decoding
    from steering_worker.engines.decoding.sampling import kinds_of

    shape = engine._model.shape
    size = BlockSize(
        rows=rows,
        prompt_tokens=prompt_tokens,
        new_tokens=new_tokens,
        columns=prompt_tokens + new_tokens,
        prompts=QUESTIONS,
        branches=rows // SAMPLES,
        vectors=1,
        partings=(int(0.75 * shape.layers),),
        kinds=kinds_of([Decoding(1.0, 0, 1.0, new_tokens)], shape.vocab_size),
    )
    plan = engine.plan(size, rows)
    return int(resident_bytes() - plan.weights + plan.peak)


def resident_bytes() -> int:
    """Memory that the process has right now, pages of mapped files included."""
    import os

    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
