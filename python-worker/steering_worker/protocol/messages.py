"""Bodies of the messages that a worker receives (docs/protocol.md), parsed once and trusted afterwards."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Text = Annotated[str, Field(max_length=1_000_000)]
Name = Annotated[str, Field(min_length=1, max_length=1024)]
Index = Annotated[int, Field(ge=0)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Body(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


class Welcome(Body):
    session: Name
    nonce: str


class Reject(Body):
    code: Literal["version", "worker"]
    message: str


class ChatMessage(Body):
    role: Literal["system", "user", "assistant"]
    content: Text


Chat = Annotated[list[ChatMessage], Field(min_length=1)]


class Component(Body):
    """A direction or an edit: its registered kind (or a user's file) and its parameters.

    `sha256` is that of the user's file which it names, as `kind` or as the parameter `path`; None where it names none.
    """

    kind: Name
    params: dict[str, Any]
    sha256: Sha256 | None

    @model_validator(mode="after")
    def _file_is_pinned(self) -> "Component":
        names_a_file = self.kind.endswith(".py") or isinstance(self.params.get("path"), str)
        if self.kind.endswith(".py") and self.sha256 is None:
            raise ValueError("a user's file needs its `sha256`")
        if self.sha256 is not None and not names_a_file:
            raise ValueError("`sha256` is that of a user's file, and none is named")
        return self


class UserFile(Body):
    path: Name
    sha256: Sha256


class Describe(Body):
    user_methods: list[UserFile]


class ParamsEntry(Component):
    role: Literal["direction", "edit"]


class CheckParams(Body):
    entries: list[ParamsEntry]


class TokenizerReference(Body):
    ref: Name
    revision: str | None


class Tokenize(Body):
    model: TokenizerReference
    texts: list[Text]
    chats: list[Chat]


class ModelReference(Body):
    ref: Name
    revision: str | None
    device: Name
    dtype: Literal["auto", "float32", "bfloat16"]
    engine: Name
    threads: Annotated[int, Field(ge=1, le=1024)] | None


class Load(Body):
    model: ModelReference
    norm_prompts: list[Chat]


class Contrast(Body):
    positive: Annotated[list[Text], Field(min_length=1)]
    negative: Annotated[list[Text], Field(min_length=1)]
    position: Literal["last_token", "word"]


class Fit(Body):
    vector: Name
    layer: Index
    direction: Component
    contrast: Contrast | None
    prompts: Annotated[list[Chat], Field(min_length=1)]
    seed: Seed


class Put(Body):
    vector: Name
    layer: Index


class SteeringEdit(Body):
    vector: Name
    layer: Index
    edit: Component
    positions: Literal["all", "prompt", "content", "generated"]


class GenerationPrompt(Body):
    messages: Chat


class Decoding(Body):
    temperature: Annotated[float, Field(ge=0)]
    top_k: Index
    top_p: Annotated[float, Field(gt=0, le=1)]
    max_tokens: Annotated[int, Field(ge=1)]
    stop: list[Annotated[str, Field(min_length=1)]]


class SampleColumns(Body):
    """Every column has one entry for each sample; `edit` -1 is the baseline."""

    id: list[Name]
    prompt: list[Index]
    edit: list[Annotated[int, Field(ge=-1)]]
    strength: list[float]
    decoding: list[Index]


class Generate(Body):
    rows: Annotated[int, Field(ge=1)]
    seed: Seed
    prompts: list[GenerationPrompt]
    edits: list[SteeringEdit]
    decodings: list[Decoding]
    samples: SampleColumns

    @model_validator(mode="after")
    def _columns_fit(self) -> "Generate":
        columns = self.samples
        _check_columns(columns.id, columns.prompt, columns.edit, columns.strength, columns.decoding)
        _check_range("prompt", columns.prompt, len(self.prompts))
        _check_range("edit", columns.edit, len(self.edits))
        _check_range("decoding", columns.decoding, len(self.decodings))
        return self


class MeasuredPrompt(Body):
    messages: Chat
    prefix: Text


class ItemColumns(Body):
    id: list[Name]
    prompt: list[Index]
    edit: list[Annotated[int, Field(ge=-1)]]
    strength: list[float]
    continuation: list[Annotated[Text, Field(min_length=1)]]


class Logprobs(Body):
    rows: Annotated[int, Field(ge=1)]
    prompts: list[MeasuredPrompt]
    edits: list[SteeringEdit]
    items: ItemColumns

    @model_validator(mode="after")
    def _columns_fit(self) -> "Logprobs":
        columns = self.items
        _check_columns(columns.id, columns.prompt, columns.edit, columns.strength, columns.continuation)
        _check_range("prompt", columns.prompt, len(self.prompts))
        _check_range("edit", columns.edit, len(self.edits))
        return self


class CalibrationColumns(Body):
    id: list[Name]
    edit: list[Index]
    strength: list[float]


class Calibrate(Body):
    rows: Annotated[int, Field(ge=1)]
    texts: Annotated[list[Annotated[Text, Field(min_length=1)]], Field(min_length=1)]
    edits: list[SteeringEdit]
    items: CalibrationColumns

    @model_validator(mode="after")
    def _columns_fit(self) -> "Calibrate":
        _check_columns(self.items.id, self.items.edit, self.items.strength)
        _check_range("edit", self.items.edit, len(self.edits))
        return self


class Accessibility(Body):
    """One right answer and one target for each prompt."""

    prompts: Annotated[list[MeasuredPrompt], Field(min_length=1)]
    right: list[Annotated[Text, Field(min_length=1)]]
    target: list[Annotated[Text, Field(min_length=1)]]

    @model_validator(mode="after")
    def _columns_fit(self) -> "Accessibility":
        if not len(self.prompts) == len(self.right) == len(self.target):
            raise ValueError("`prompts`, `right` and `target` must be of one length")
        return self


class SpeedTest(Body):
    """Number of rows that are decoded together, and of new tokens in each."""

    rows: Annotated[int, Field(ge=1, le=4096)]
    new_tokens: Annotated[int, Field(ge=2)]


class Cancel(Body):
    reply_to: Index


class Stop(Body):
    pass


def _check_columns(*columns: list[Any]) -> None:
    lengths = {len(column) for column in columns}
    if len(lengths) != 1 or 0 in lengths:
        raise ValueError("columns must be of one length, at least 1")
    if len(set(columns[0])) != len(columns[0]):
        raise ValueError("ids must be unique")


def _check_range(name: str, indices: list[int], length: int) -> None:
    if max(indices) >= length:
        raise ValueError(f"`{name}` refers to entry {max(indices)} of {length}")
