"""`python -m benchmarks`: builds the environments, measures, and writes the results and the page."""

import sys
from pathlib import Path
from typing import Any

from benchmarks.checkpoint import make_checkpoint
from benchmarks.contestant import GROUPS, MATMUL, Group
from benchmarks.dtype_windows import measure_dtype_windows
from benchmarks.end_to_end import measure_end_to_end
from benchmarks.environments import Unbuildable, build, interpreter, versions
from benchmarks.figure import render_figure
from benchmarks.growth import COUNTS, measure_growth, measure_profile
from benchmarks.machine import describe_machine
from benchmarks.memory import measure_memory
from benchmarks.options import Options, parse_options
from benchmarks.page import render_page
from benchmarks.paths import PAGE, QUICK_RESULTS, RESULTS
from benchmarks.results_file import read_results, write_results
from benchmarks.rounds import measure_rounds
from benchmarks.shape import SHAPES_BY_NAME, SMALL, Shape, flops_per_token
from benchmarks.shares import matmul_shares
from benchmarks.sweep import QUESTIONS, SAMPLES, make_sweep

QUICK_TOKENS, QUICK_STRENGTHS = 8, 3


def main() -> None:
    """Measure what the options ask for; every part is written as soon as it is measured."""
    options = parse_options(sys.argv[1:])
    file = QUICK_RESULTS if options.partial else RESULTS
    results = read_results(file)
    if not options.render:
        for part in options.left_out:
            log(f"{part} is left out: it runs the whole default experiment, whatever --quick and --only say")
        results["machine"] = describe_machine(options.threads)
        groups = [group for group in GROUPS if not options.only or group.name in options.only]
        results["environments"] = _environments(groups)
        for part, measure in (
            ("sweep", _sweeps),
            ("growth", _growth),
            ("profile", _profile),
            ("memory", _memory),
            ("end-to-end", _end_to_end),
            ("dtypes", _dtypes),
        ):
            if part in options.parts:
                measure(options, groups, results, file)
    write_results(file, results)
    page = file.parent / "performance.md" if options.partial else PAGE
    page.write_text(render_page(results))
    figure = render_figure(results)
    if figure is not None:
        page.with_suffix(".svg").write_text(figure)
    log(f"written: {file.name}, {page.name}")


def _environments(groups: list[Group]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in dict.fromkeys(group.environment for group in groups):
        packages = tuple(dict.fromkeys(p for group in groups if group.environment == name for p in group.packages))
        try:
            build(name, log)
            reason = None
        except Unbuildable as error:
            reason = str(error)
        known = versions(name, packages) if interpreter(name).exists() else {}
        found[name] = {"reason": reason, "versions": known}
    return found


def _sweeps(options: Options, groups: list[Group], results: dict[str, Any], file: Path) -> None:
    unbuilt = {name: one["reason"] for name, one in results["environments"].items() if one["reason"] is not None}
    for shape in (SHAPES_BY_NAME[name] for name in options.shapes):
        folder = make_checkpoint(shape)
        count, rounds = (QUICK_STRENGTHS, 1) if options.quick else (shape.strengths, options.rounds)
        sweep = make_sweep(shape, QUICK_TOKENS if options.quick else None)
        measured = measure_rounds([*groups, *MATMUL], unbuilt, folder, sweep, rounds, count, options.threads, log)
        results["shapes"][shape.name] = {
            "hidden": shape.config["hidden_size"],
            "layers": shape.config["num_hidden_layers"],
            "vocabulary": shape.config["vocab_size"],
            "rows": count * QUESTIONS * SAMPLES,
            "strengths": count,
            "tokens": sweep.tokens,
            "alone": shape.alone,
            "rounds": rounds,
            "flops_per_token": flops_per_token(shape.config),
            "contestants": [one.as_json() for one in measured if one.group not in MATMUL],
            "matmul": matmul_shares(shape, measured),
        }
        write_results(file, results)


def _growth(options: Options, groups: list[Group], results: dict[str, Any], file: Path) -> None:
    counts, rounds = ((1, 2, 4), 1) if options.quick else (COUNTS, options.rounds)
    sweep = _small(options)
    names = [group.name for group in groups]
    results["growth"] = {
        "tokens": sweep.tokens,
        "rounds": rounds,
        "contestants": measure_growth(make_checkpoint(SMALL), sweep, counts, rounds, options.threads, names, log),
    }
    write_results(file, results)


def _profile(options: Options, groups: list[Group], results: dict[str, Any], file: Path) -> None:
    count = QUICK_STRENGTHS if options.quick else SMALL.strengths
    results["profile"] = measure_profile(make_checkpoint(SMALL), _small(options), count, options.threads, log)
    write_results(file, results)


def _memory(options: Options, groups: list[Group], results: dict[str, Any], file: Path) -> None:
    shape: Shape = SMALL if options.quick else SHAPES_BY_NAME["270m"]
    rows, tokens = (32, QUICK_TOKENS) if options.quick else (256, 256)
    results["memory"] = measure_memory(make_checkpoint(shape), shape.name, rows, tokens, options.threads, log)
    write_results(file, results)


def _end_to_end(options: Options, groups: list[Group], results: dict[str, Any], file: Path) -> None:
    results["end_to_end"] = measure_end_to_end(options.rounds, log)
    write_results(file, results)


def _dtypes(options: Options, groups: list[Group], results: dict[str, Any], file: Path) -> None:
    results["dtypes"] = measure_dtype_windows(log)
    write_results(file, results)


def _small(options: Options) -> Any:
    return make_sweep(SMALL, QUICK_TOKENS if options.quick else None)


def log(line: str) -> None:
    """A line for people."""
    print(f"bench: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
