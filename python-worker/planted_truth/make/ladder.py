"""The description of a planted ladder: a few numbers for each rung, all with defaults; questions may override them."""

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, ValidationError

from planted_truth.curves import Truth

Positive = Annotated[float, Field(gt=0)]


class Window(Truth):
    """Strengths in shares of the median residual norm, widths of curves in octaves from .05 to .95.

    onset: strength at which the strict target rate reaches .5; None: it never does.
    collapse, random_collapse: strengths at which capability is .9 of its unsteered rate; None: never.
    intact_octaves: how far above collapse (or onset, where that is higher) half of the answers are gibberish.
    onset_offset: octaves by which the strength margin / gain lies above the onset.
    """

    onset: Positive | None = 0.6
    rise_octaves: Positive = 0.8
    guess: float = 0.0
    lapse: float = 0.02
    collapse: Positive | None = 1.2
    random_collapse: Positive | None = 1.6
    fall_octaves: Positive = 0.8
    intact_octaves: float = 1.5
    margin: Positive = 10.0
    onset_offset: float = 0.0


class Depth(Truth):
    """Layers: `best` has the stated windows; the curves of a layer x blocks away lie x times `octaves` higher."""

    count: Annotated[int, Field(ge=1)] = 4
    best: Annotated[int, Field(ge=0)] = 3
    rise_octaves: float = 0.7
    harm_octaves: float = -0.2


class Rung(Window):
    name: str
    parameters: Annotated[int, Field(ge=1)]
    #: Unsteered rate of right programs.
    capability: Annotated[float, Field(gt=0, le=1)] = 0.98
    #: Standard deviation over tasks of the shift of their capability curves, octaves.
    task_octaves: Annotated[float, Field(ge=0)] = 0.0
    vector_octaves: Annotated[float, Field(ge=0)] = 0.0
    depth: Depth = Depth()
    #: By question id: what differs from the rung's own window.
    own: Annotated[dict[str, dict[str, float | None]], Field(default_factory=dict)]

    def window(self, question: str) -> Window:
        shared = {name: getattr(self, name) for name in Window.model_fields}
        return Window.model_validate({**shared, **self.own.get(question, {})})


class Ladder(Truth):
    """`questions` and `capabilities` name files below `configs/`, or paths relative to this file."""

    questions: Annotated[list[str], Field(min_length=1)]
    capabilities: Annotated[list[str], Field(min_length=1)]
    rungs: Annotated[list[Rung], Field(min_length=1)]


class LadderError(Exception):
    """A ladder file that cannot be read; the message is one sentence."""


def read_ladder(path: Path) -> Ladder:
    """Raise `LadderError` with the first problem."""
    try:
        return Ladder.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError) as error:
        raise LadderError(f"{path} cannot be read as YAML ({error}).") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise LadderError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from error
