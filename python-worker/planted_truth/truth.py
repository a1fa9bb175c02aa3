"""The truth in one model's folder: `planted.json`, beside a `config.json` from which a plan reads the shape."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from planted_truth.curves import Curve, Truth
from steering_worker.errors import WorkerError
from steering_worker.one_line import one_line

FILE = "planted.json"
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class Harm(Truth):
    """The harm that a direction does with strength: to tasks (`capability`) and the language of answers (`intact`)."""

    capability: Curve
    intact: Curve


class Choice(Truth):
    """Forced choice: log p(right) - log p(target) = margin - gain c, in nats, c in shares of the residual norm."""

    prefix: str
    right: str
    target: str
    margin: float
    gain: float


class QuestionTruth(Truth):
    """P(target | intact) is guess + (1 - lapse - guess) rise(c) along the question's own vector, else `guess`."""

    id: str
    #: The user's message, by which a prompt is recognised.
    content: str
    right: str
    target: str
    #: Statements of the question's contrasts, by which a fit is recognised.
    statements: tuple[str, ...]
    rise: Curve
    guess: Share
    lapse: Share
    steered: Harm
    random: Harm
    choice: Choice | None


class TaskTruth(Truth):
    """A task, whose capability curves are moved up by `octaves`."""

    id: str
    content: str
    solution: str
    wrong: str
    octaves: float


class LayerTruth(Truth):
    """Norms at one layer, and the octaves by which all curves lie higher there."""

    resid_norm: Positive
    vector_norm: Positive
    rise_octaves: float
    harm_octaves: float
    #: log p(right) - log p(target) that the logit lens reads there, nats, for every question.
    lens_log_odds: float


class Divergence(Truth):
    """KL of the steered from the unsteered distribution on neutral text: nats c^power, c in resid."""

    nats: Annotated[float, Field(ge=0)]
    power: Positive


class PlantedTruth(Truth):
    schema_version: Literal[1]
    parameters: Annotated[int, Field(ge=1)]
    d_model: Annotated[int, Field(ge=8)]
    vocab_size: Annotated[int, Field(ge=16)]
    layers: Annotated[tuple[LayerTruth, ...], Field(min_length=1)]
    questions: Annotated[tuple[QuestionTruth, ...], Field(min_length=1)]
    tasks: tuple[TaskTruth, ...]
    #: Unsteered rate of right programs.
    capability: Share
    kl: Divergence
    #: Standard deviation in octaves, over vectors fitted to resampled statements and over random directions, of a shift
    #: that a vector gives to all of its curves.
    vector_octaves: Annotated[float, Field(ge=0)]


@dataclass(frozen=True)
class Planted:
    """A truth and the sha256 of the file that it is in."""

    truth: PlantedTruth
    sha256: str


def load_truth(ref: str) -> Planted:
    """Raise `WorkerError` where the folder holds no truth."""
    path = Path(ref) / FILE
    try:
        data = path.read_bytes()
        return Planted(PlantedTruth.model_validate_json(data), hashlib.sha256(data).hexdigest())
    except OSError as error:
        raise _unreadable(path, one_line(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise _unreadable(path, f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _unreadable(path: Path, why: str) -> WorkerError:
    return WorkerError(
        "planted_truth",
        f"The worker of planted truths cannot read {path} ({why}).",
        "Write the folder with `python -m planted_truth.make`, or start the worker that holds models.",
    )
