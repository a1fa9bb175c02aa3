"""What the command line asks for."""

import pytest
from benchmarks.options import EXPERIMENTS, PARTS, parse_options


def test_an_unknown_contestant_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_options(["--only", "nobody"])
    assert "`nobody` is not one of" in capsys.readouterr().err


def test_everything_is_measured_where_nothing_is_asked_for() -> None:
    options = parse_options([])
    assert (options.parts, options.left_out, options.partial) == (PARTS, (), False)


@pytest.mark.parametrize("short", [["--quick"], ["--only", "hf"]])
def test_a_short_measurement_says_that_it_leaves_the_experiments_out(short: list[str]) -> None:
    options = parse_options(short)
    assert options.left_out == EXPERIMENTS
    assert options.parts == ("sweep", "growth", "profile", "memory")
    assert parse_options([*short, "--parts", "growth"]).left_out == ()


@pytest.mark.parametrize("short", [["--quick"], ["--only", "hf"]])
@pytest.mark.parametrize("part", EXPERIMENTS)
def test_a_short_experiment_is_refused(short: list[str], part: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        parse_options([*short, "--parts", f"sweep,{part}"])
    assert refused.value.code == 2
    assert f"`{part}` runs the whole default experiment" in capsys.readouterr().err
    assert parse_options(["--parts", part]).parts == (part,)
