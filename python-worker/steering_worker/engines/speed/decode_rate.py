"""How fast an engine decodes steered rows that nothing ends early."""

import time
from dataclasses import dataclass
from statistics import median

import torch

from steering_worker.directions.direction import NoParams
from steering_worker.edits.add import Add
from steering_worker.engines.engine import (
    AppliedEdit,
    BlockResult,
    Decoding,
    Engine,
    Row,
)
from steering_worker.engines.shape import Shape
from steering_worker.progress import Progress
from steering_worker.prompt import Prompt

PROMPT_TOKENS = 32
#: So high that all tokens, the end token included, are about equally likely.
TEMPERATURE = 1000.0
#: Most repetitions; none is started after this many seconds have passed.
REPETITIONS = 3
SECONDS = 10.0


@dataclass(frozen=True)
class DecodeRate:
    """`rows` is the mean number of rows in a step, `realised_rows` the number that memory allowed."""

    tokens_per_second: float
    rows: float
    realised_rows: int


def decode_rate(engine: Engine, shape: Shape, rows: int, new_tokens: int, progress: Progress) -> DecodeRate:
    """The median over repetitions, after a few steps that are not counted; nor is prefill."""
    engine.generate(_block(shape, rows, min(new_tokens, 4)), rows, 0, progress)
    block, started = _block(shape, rows, new_tokens), time.monotonic()
    made = [engine.generate(block, rows, 0, progress)]
    while len(made) < REPETITIONS and time.monotonic() - started < SECONDS:
        made.append(engine.generate(block, rows, 0, progress))
    return DecodeRate(
        median(one.stages.decode_tokens / one.stages.decode_seconds for one in made),
        median(_rows_a_step(one) for one in made),
        min(one.realised_rows for one in made),
    )


def columns_of(new_tokens: int) -> range:
    """The columns that each step attends to: the first new token comes from the prompt, the last is not read."""
    return range(PROMPT_TOKENS + 1, PROMPT_TOKENS + new_tokens)


def _block(shape: Shape, rows: int, new_tokens: int) -> list[Row]:
    """A prompt of random tokens; a random vector is added at strengths from the neutral one up."""
    generator = torch.Generator().manual_seed(0)
    ids = torch.randint(shape.vocab_size, (PROMPT_TOKENS - 1,), generator=generator).tolist()
    prompt = Prompt((shape.bos_id, *ids), (False, *[True] * len(ids)))
    vector = torch.randn(shape.d_model, generator=generator)
    fitted = {"vector": (vector / vector.norm()).to(shape.device)}
    edit = AppliedEdit(Add(NoParams()), fitted, (shape.layers // 2,), "generated")
    decoding = Decoding(TEMPERATURE, top_k=0, top_p=1.0, max_tokens=new_tokens)
    return [Row(f"speed {n}", prompt, edit, n / rows, decoding) for n in range(rows)]


def _rows_a_step(made: BlockResult) -> float:
    return made.stages.decode_tokens / made.steps
