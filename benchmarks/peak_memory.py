"""Peak memory of a sweep in a process of its own: `python -m benchmarks.peak_memory FOLDER SHAPE ROWS TOKENS DTYPE`."""

import json
import resource
import sys
from pathlib import Path

from benchmarks.contestant import Context
from benchmarks.contestants.ours import prepare_process
from benchmarks.planned_memory import planned_bytes
from benchmarks.shape import SHAPES_BY_NAME
from benchmarks.sweep import PROMPT, make_sweep


def main() -> None:
    """Prints one line of JSON: bytes before and after loading, the peak, and what the planner says."""
    folder, shape, rows, tokens, dtype, threads = sys.argv[1:7]
    prepare_process()
    from benchmarks.contestants import our_engine as ours
    from steering_worker.engines.engine import Decoding

    sweep = make_sweep(SHAPES_BY_NAME[shape], int(tokens))
    context = Context(Path(folder), sweep, int(threads), "")
    imported = peak()
    engine = ours.open_engine(context, "batched", dtype)
    loaded = peak()
    planned = planned_bytes(engine, int(rows), PROMPT, int(tokens))
    count = max(1, int(rows) // 16)
    knob = [6.0 * (2 * place / max(1, count - 1) - 1) for place in range(count)]
    decoding = Decoding(1.0, 0, 1.0, int(tokens))
    block = ours.sweep_rows(sweep, ours.additive_edit(sweep), knob, 4, decoding)
    result = engine.generate(block, len(block), 1, ours.idle)
    print(
        json.dumps(
            {
                "rows": len(block),
                "realised_rows": result.realised_rows,
                "tokens": int(tokens),
                "dtype": dtype,
                "imported_bytes": imported,
                "loaded_bytes": loaded,
                "peak_bytes": peak(),
                "planned_bytes": planned,
            }
        )
    )


def peak() -> int:
    """The most memory that this process has had so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


if __name__ == "__main__":
    main()
