"""What the orchestrator gives a worker: one line of JSON on stdin, so that no secret is in its environment."""

from typing import Annotated, BinaryIO

from pydantic import BaseModel, ConfigDict, Field, ValidationError

MAX_LINE = 64 * 1024
Z85Key = Annotated[str, Field(min_length=40, max_length=40)]


class Credentials(BaseModel):
    """Z85 keys of CURVE; `worker` names this one process."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    endpoint: Annotated[str, Field(pattern=r"^(ipc|tcp)://")]
    run: str
    worker: str
    server_key: Z85Key
    public_key: Z85Key
    secret_key: Z85Key
    heartbeat_seconds: Annotated[float, Field(gt=0)]


class CredentialsError(Exception):
    """The first line of stdin is not valid credentials; the message names the fields, never their values."""


def read_credentials(stream: BinaryIO) -> Credentials:
    """Read the first line of `stream`."""
    line = stream.readline(MAX_LINE)
    try:
        return Credentials.model_validate_json(line)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, e["loc"])) or "the line" for e in error.errors())
        raise CredentialsError(f"The first line on stdin is not a worker's credentials (wrong: {fields}).") from None
