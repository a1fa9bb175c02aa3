"""The command line of the benchmarks."""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.contestant import GROUPS
from benchmarks.shape import SHAPES_BY_NAME

PARTS = ("sweep", "growth", "profile", "memory", "end-to-end", "dtypes")
#: Whole runs of the default experiment, of which there is no short form and in which no other tool takes part.
EXPERIMENTS = ("end-to-end", "dtypes")


@dataclass(frozen=True)
class Options:
    """`quick` and `only` measure less than what the page reports, so that they leave the page as it is.

    `left_out`: parts that nobody asked to leave out.
    """

    threads: int
    rounds: int
    quick: bool
    shapes: tuple[str, ...]
    only: tuple[str, ...]
    parts: tuple[str, ...]
    render: bool
    left_out: tuple[str, ...] = ()

    @property
    def partial(self) -> bool:
        return self.quick or bool(self.only)


def parse_options(arguments: Sequence[str]) -> Options:
    """Options, or an error that argparse prints with exit code 2."""
    parser = argparse.ArgumentParser(
        prog="npm run bench --", description="Measure the sweep beside comparable tools and write docs/performance.md."
    )
    names = [group.name for group in GROUPS]
    parser.add_argument("--threads", type=_positive, default=1, help="threads of every contestant (default 1)")
    parser.add_argument("--rounds", type=_positive, default=3, help="repetitions of each, in turn (default 3)")
    parser.add_argument("--quick", action="store_true", help="a short sweep, one round: shows that it runs")
    parser.add_argument("--shapes", type=_among(list(SHAPES_BY_NAME)), default=tuple(SHAPES_BY_NAME), metavar="A,B")
    parser.add_argument("--only", type=_among(names), default=(), metavar="A,B", help=f"among {', '.join(names)}")
    parts = f"{', '.join(PARTS)}; --quick and --only leave out {' and '.join(EXPERIMENTS)}"
    parser.add_argument("--parts", type=_among(list(PARTS)), default=None, metavar="A,B", help=parts)
    parser.add_argument("--render", action="store_true", help="only write the page again from the last results")
    found = parser.parse_args(arguments)
    whole = [part for part in found.parts or () if part in EXPERIMENTS]
    partial = found.quick or bool(found.only)
    if partial and whole:
        parser.error(f"`{whole[0]}` runs the whole default experiment: not with --quick or --only")
    left_out = EXPERIMENTS if partial and found.parts is None else ()
    return Options(
        threads=found.threads,
        rounds=found.rounds,
        quick=found.quick,
        shapes=found.shapes,
        only=found.only,
        parts=found.parts or tuple(part for part in PARTS if part not in left_out),
        render=found.render,
        left_out=left_out,
    )


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _among(names: list[str]) -> Callable[[str], tuple[str, ...]]:
    def chosen(text: str) -> tuple[str, ...]:
        parts = tuple(part.strip() for part in text.split(",") if part.strip())
        unknown = [name for name in parts if name not in names]
        if unknown:
            raise argparse.ArgumentTypeError(f"`{unknown[0]}` is not one of {', '.join(names)}")
        return parts

    return chosen
