"""This project's engines, through the contract that the worker uses; imported once the process is ready."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from benchmarks.contestant import Context, Mode, Opened, Repetition, Run
from benchmarks.sweep import SAMPLES, Sweep
from steering_worker.directions.direction import NoParams
from steering_worker.edits.add import Add
from steering_worker.engines.engine import AppliedEdit, BlockResult, Decoding, Engine, Row
from steering_worker.engines.on_module import ON_MODULE
from steering_worker.models.load import load_model
from steering_worker.prompt import Prompt


@dataclass(frozen=True)
class Ours:
    """An engine with the sweep's prompts and edit."""

    runs: dict[Mode, Run]
    engine: Engine
    sweep: Sweep
    edit: AppliedEdit

    def greedy(self, strength: float, tokens: int) -> list[list[int]]:
        result = self.engine.generate(
            sweep_rows(self.sweep, self.edit, [strength], 1, Decoding(0.0, 0, 1.0, tokens)), 4, 0, idle
        )
        return [list(row.token_ids) for row in result.rows]


def open_ours(context: Context) -> Opened:
    """The variant is an engine's name and, after a hyphen, a dtype."""
    engine_name, _, dtype = context.variant.partition("-")
    engine = open_engine(context, engine_name, dtype or "float32")
    sweep, edit = context.sweep, additive_edit(context.sweep)
    decoding, seed = Decoding(1.0, 0, 1.0, context.sweep.tokens), iter(range(1, 1 << 31))

    def whole(strengths: Sequence[float]) -> Repetition:
        rows = sweep_rows(sweep, edit, strengths, SAMPLES, decoding)
        return repetition(engine.generate(rows, len(rows), next(seed), idle))

    return Ours({"whole": whole}, engine, sweep, edit)


def open_engine(context: Context, name: str, dtype: str) -> Engine:
    """An engine on the checkpoint that knows no end token, so that every row has its full length."""
    torch.set_num_threads(context.threads)
    if name not in ON_MODULE:
        raise RuntimeError(f"there is no engine `{name}`")
    loaded = load_model(str(context.folder.resolve()), None, "cpu", dtype, idle)
    return ON_MODULE[name](replace(loaded, end_ids=frozenset()))


def additive_edit(sweep: Sweep) -> AppliedEdit:
    """The sweep's vector added at its block, everywhere."""
    return AppliedEdit(Add(NoParams()), {"vector": torch.tensor(sweep.vector)}, (sweep.shape.layer,), "all")


def sweep_rows(
    sweep: Sweep, edit: AppliedEdit, strengths: Sequence[float], samples: int, decoding: Decoding
) -> list[Row]:
    """Rows of a block: every prompt at every strength, `samples` times."""
    prompts = [Prompt(ids, tuple(number > 0 for number in range(len(ids)))) for ids in sweep.prompts]
    return [
        Row(f"{place}-{number}-{sample}", prompt, edit, strength, decoding)
        for place, strength in enumerate(strengths)
        for number, prompt in enumerate(prompts)
        for sample in range(samples)
    ]


def repetition(result: BlockResult) -> Repetition:
    """New tokens, and where the time went."""
    failed = next((row.error for row in result.rows if row.error is not None), None)
    if failed is not None:
        raise RuntimeError(f"a row failed: {failed}")
    stages = result.stages
    return Repetition(
        sum(len(row.token_ids) for row in result.rows),
        {
            "prefill_seconds": stages.prefill_seconds,
            "decode_seconds": stages.decode_seconds,
            "prefill_tokens": stages.prefill_tokens,
            "decode_tokens": stages.decode_tokens,
        },
    )


def idle() -> None:
    """Progress that nobody follows."""
