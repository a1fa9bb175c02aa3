"""`python -m nano_ladder --seed 0 --out models/nano`: trains every rung, measures it and writes its card.

The largest rung has one process; the others share a second one, in sequence. Each process uses one thread:
on two cores this is faster than one process with two.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from nano_ladder.rungs import RUNGS, Rung
from nano_ladder.train import STEPS

LARGEST, SMALLER = [RUNGS[-1].name], [rung.name for rung in RUNGS[:-1]]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m nano_ladder", description="Trains the nano ladder.")
    parser.add_argument("--seed", type=int, default=0, help="seed of the weights and of the corpus")
    parser.add_argument("--out", type=Path, default=Path("models/nano"), help="folder that gets one folder a rung")
    parser.add_argument("--steps", type=int, default=STEPS, help="batches, the same for every rung")
    parser.add_argument("--samples", type=int, default=400, help="samples a cell of the unsteered accuracy")
    parser.add_argument("--train", nargs="+", choices=[r.name for r in RUNGS], help="only train these, in sequence")
    return parser.parse_args()


def train_here(rungs: list[Rung], out: Path, seed: int, steps: int) -> None:
    """Trains rungs one after the other in this process, and writes each as soon as it is trained."""
    import torch

    from nano_ladder.tokenizer import for_transformers, train_tokenizer
    from nano_ladder.train import train

    torch.set_num_threads(1)
    tokenizer = train_tokenizer()
    for rung in rungs:
        model, training = train(rung, tokenizer, seed, steps, report)
        folder = out / rung.name
        folder.mkdir(parents=True, exist_ok=True)
        model.save_pretrained(folder)
        for_transformers(tokenizer).save_pretrained(folder)
        (folder / "training.json").write_text(json.dumps(training.as_dict(), indent=2) + "\n", "utf-8")
        report(f"{rung.name} written to {folder}")


def side_by_side(commands: list[list[str]]) -> int:
    """Runs Python commands at once with one thread each; the worst exit status."""
    environment = os.environ | {"OMP_WAIT_POLICY": "passive", "OMP_NUM_THREADS": "1"}
    processes = [subprocess.Popen([sys.executable, "-m", *command], env=environment) for command in commands]
    return max(process.wait() for process in processes)


def write_index(out: Path) -> None:
    """Writes the ladder's README from the rungs' records."""
    from nano_ladder.model_card import index

    records = [json.loads((out / rung.name / "training.json").read_text("utf-8")) for rung in RUNGS]
    (out / "README.md").write_text(index(records), "utf-8")


def report(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    args = arguments()
    if args.train is not None:
        train_here([rung for rung in RUNGS if rung.name in args.train], args.out, args.seed, args.steps)
        return 0
    common = ["--out", str(args.out)]
    training = ["nano_ladder", *common, "--seed", str(args.seed), "--steps", str(args.steps), "--train"]
    status = side_by_side([training + LARGEST, training + SMALLER])
    if status != 0:
        return status
    measuring = ["nano_ladder.measure", *common, "--samples", str(args.samples), "--rungs"]
    status = side_by_side([measuring + LARGEST, measuring + SMALLER])
    if status == 0:
        write_index(args.out)
    return status


if __name__ == "__main__":
    sys.exit(main())
