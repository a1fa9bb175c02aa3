"""`python -m planted_truth.make LADDER.yaml --out DIR`: a folder for each rung, and `truth.json` with what to find."""

import argparse
import json
import sys
from pathlib import Path

from planted_truth.make.folders import planted_models, write_model
from planted_truth.make.ladder import LadderError, read_ladder
from planted_truth.make.truths import truth_rows


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m planted_truth.make", description=__doc__)
    parser.add_argument("ladder", type=Path, help="YAML file of the ladder")
    parser.add_argument("--out", type=Path, required=True, help="folder that the rungs' folders are written to")
    arguments = parser.parse_args()
    try:
        models = planted_models(read_ladder(arguments.ladder), arguments.ladder.parent)
    except LadderError as error:
        print(error, file=sys.stderr)
        return 2
    for name, truth in models.items():
        write_model(arguments.out / name, truth)
    rows = [row for name, truth in models.items() for row in truth_rows(name, truth)]
    (arguments.out / "truth.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
