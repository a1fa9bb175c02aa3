"""`python -m nano_ladder --seed 0 --out models/nano`: trains the tokenizer and every rung, two processes at a time.

The largest rung has a process of its own; the others share the second one, in sequence. Each process uses one thread:
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


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m nano_ladder", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0, help="seed of the weights and of the corpus")
    parser.add_argument("--out", type=Path, default=Path("models/nano"), help="folder that gets one folder a rung")
    parser.add_argument("--steps", type=int, default=STEPS, help="batches, the same for every rung")
    parser.add_argument("--samples", type=int, default=400, help="samples a cell of the unsteered accuracy")
    parser.add_argument("--rungs", nargs="+", choices=[r.name for r in RUNGS], help="train these here, in sequence")
    return parser.parse_args()


def train_here(rungs: list[Rung], args: argparse.Namespace) -> None:
    """Trains rungs one after the other in this process, and writes each as soon as it is measured."""
    import torch

    from nano_ladder.accuracy import measure
    from nano_ladder.model_card import card
    from nano_ladder.tokenizer import for_transformers, train_tokenizer
    from nano_ladder.train import train

    torch.set_num_threads(1)
    tokenizer = train_tokenizer()
    for rung in rungs:
        model, training = train(rung, tokenizer, args.seed, args.steps, report)
        folder = args.out / rung.name
        folder.mkdir(parents=True, exist_ok=True)
        model.save_pretrained(folder)
        for_transformers(tokenizer).save_pretrained(folder)
        record = training.as_dict() | {"accuracy": measure(folder, args.samples, args.seed)}
        (folder / "training.json").write_text(json.dumps(record, indent=2) + "\n", "utf-8")
        (folder / "README.md").write_text(card(record), "utf-8")
        report(f"{rung.name} written to {folder}")


def train_in_pairs(args: argparse.Namespace) -> int:
    """Starts one process for the largest rung and one for the others."""
    environment = os.environ | {"OMP_WAIT_POLICY": "passive", "OMP_NUM_THREADS": "1"}
    common = [sys.executable, "-m", "nano_ladder", "--seed", str(args.seed), "--out", str(args.out)]
    common += ["--steps", str(args.steps), "--samples", str(args.samples), "--rungs"]
    *smaller, largest = [rung.name for rung in RUNGS]
    processes = [subprocess.Popen(common + names, env=environment) for names in ([largest], smaller)]
    return max(process.wait() for process in processes)


def report(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> int:
    args = arguments()
    if args.rungs is None:
        return train_in_pairs(args)
    train_here([rung for rung in RUNGS if rung.name in args.rungs], args)
    return 0


if __name__ == "__main__":
    sys.exit(main())
