"""`python -m nano_ladder.measure --out models/nano`: measures trained rungs unsteered and writes their cards."""

import argparse
import json
from pathlib import Path

import torch

from nano_ladder.accuracy import measure
from nano_ladder.model_card import card
from nano_ladder.rungs import RUNGS


def measure_rung(folder: Path, samples: int) -> None:
    """Adds the accuracy to `training.json` and writes the README from it."""
    path = folder / "training.json"
    record = json.loads(path.read_text("utf-8"))
    record["accuracy"] = measure(folder, samples, record["seed"])
    path.write_text(json.dumps(record, indent=2) + "\n", "utf-8")
    (folder / "README.md").write_text(card(record), "utf-8")


def main() -> None:
    names = [rung.name for rung in RUNGS]
    parser = argparse.ArgumentParser(prog="python -m nano_ladder.measure", description="Measures trained rungs.")
    parser.add_argument("--out", type=Path, default=Path("models/nano"), help="folder of the rungs")
    parser.add_argument("--rungs", nargs="+", choices=names, default=names)
    parser.add_argument("--samples", type=int, default=400, help="samples a headline question and a set of tasks")
    args = parser.parse_args()
    torch.set_num_threads(1)
    for name in args.rungs:
        measure_rung(args.out / name, args.samples)


if __name__ == "__main__":
    main()
