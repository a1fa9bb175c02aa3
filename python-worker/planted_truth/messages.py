"""Bodies of the requests that protocol 1.1 added."""

from typing import Annotated

from pydantic import Field

from steering_worker.protocol.messages import Body, Index, MeasuredPrompt, Name, SteeringEdit, Text


class CalibrateColumns(Body):
    id: list[Name]
    edit: list[Index]
    strength: list[float]


class Calibrate(Body):
    rows: Annotated[int, Field(ge=1)]
    texts: Annotated[list[Annotated[Text, Field(min_length=1)]], Field(min_length=1)]
    edits: list[SteeringEdit]
    items: CalibrateColumns


class Accessibility(Body):
    prompts: list[MeasuredPrompt]
    right: list[Text]
    target: list[Text]
