"""Messages to ZeroMQ frames and back, with every check that docs/protocol.md names, in its order."""

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from crc32c import crc32c
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from steering_worker.protocol.msgpack_value import MAX_INT, MsgpackError, pack_value, unpack_value

MAGIC = b"SW"
MAJOR, MINOR = 3, 0
PREAMBLE = MAGIC + struct.pack(">H", MAJOR)
MAX_HEADER_BYTES = 64 * 1024
MAX_MESSAGE_BYTES = 64 * 1024 * 1024
MAX_BLOBS = 8
BODY, BODY_DTYPE = "body", "msgpack"
ITEM_BYTES = {"float32": 4, "bfloat16": 2, "float16": 2, "int32": 4, "int64": 8, "uint8": 1}

Count = Annotated[int, Field(ge=0, le=MAX_INT)]


class FrameError(Exception):
    """A message that is refused; `reason` is a stable word for the check that it fails."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class BlobEntry(_Strict):
    name: Annotated[str, Field(min_length=1, max_length=256)]
    dtype: str
    shape: Annotated[list[Count], Field(max_length=16)]
    nbytes: Count
    crc32c: Annotated[int, Field(ge=0, lt=2**32)]


class Header(_Strict):
    """All keys are present, nil where they do not apply."""

    minor: Count
    type: Annotated[str, Field(min_length=1, max_length=64)]
    run: str
    session: str
    seq: Count
    reply_to: Count | None
    block: str | None
    lease: Count | None
    attempt: Annotated[int, Field(ge=1, le=MAX_INT)] | None
    blobs: Annotated[list[BlobEntry], Field(max_length=MAX_BLOBS)]


@dataclass(frozen=True)
class Blob:
    """`data` is little-endian in C order."""

    name: str
    dtype: str
    shape: tuple[int, ...]
    data: bytes


@dataclass(frozen=True)
class Message:
    """`body` is None if the message has none; `blobs` do not include the body."""

    type: str
    run: str
    session: str
    seq: int
    reply_to: int | None = None
    block: str | None = None
    lease: int | None = None
    attempt: int | None = None
    body: Mapping[str, Any] | None = None
    blobs: tuple[Blob, ...] = ()
    minor: int = MINOR


def encode(message: Message) -> list[bytes]:
    """The frames of a message, without routing id. Raises `FrameError` for what the other side would refuse."""
    blobs = list(message.blobs)
    if message.body is not None:
        blobs.insert(0, Blob(BODY, BODY_DTYPE, (), _pack(message.body, BODY)))
    header = {
        "minor": message.minor,
        "type": message.type,
        "run": message.run,
        "session": message.session,
        "seq": message.seq,
        "reply_to": message.reply_to,
        "block": message.block,
        "lease": message.lease,
        "attempt": message.attempt,
        "blobs": [
            {"name": b.name, "dtype": b.dtype, "shape": list(b.shape), "nbytes": len(b.data), "crc32c": crc32c(b.data)}
            for b in blobs
        ],
    }
    frames = [PREAMBLE, _pack(header, "header"), *[b.data for b in blobs]]
    _check_envelope(frames)
    _check_blob_entries(_parse_header(frames[1]), frames[2:])
    return frames


def decode(frames: Sequence[bytes]) -> Message:
    """The message in the frames (without routing id); its body is still to be parsed by its type's schema.

    Raises `FrameError` at the first check that fails.
    """
    _check_envelope(frames)
    header = _parse_header(frames[1])
    data = frames[2:]
    _check_blob_entries(header, data)
    body: Mapping[str, Any] | None = None
    for entry, frame in zip(header.blobs, data, strict=True):
        if crc32c(frame) != entry.crc32c:
            raise FrameError("checksum", f"blob `{entry.name}` has crc32c {crc32c(frame)}, not {entry.crc32c}")
    entries = list(zip(header.blobs, data, strict=True))
    if entries and entries[0][0].dtype == BODY_DTYPE:
        body = _unpack_map(entries.pop(0)[1], BODY)
    return Message(
        type=header.type,
        run=header.run,
        session=header.session,
        seq=header.seq,
        reply_to=header.reply_to,
        block=header.block,
        lease=header.lease,
        attempt=header.attempt,
        body=body,
        blobs=tuple(Blob(entry.name, entry.dtype, tuple(entry.shape), frame) for entry, frame in entries),
        minor=header.minor,
    )


def _check_envelope(frames: Sequence[bytes]) -> None:
    preamble = frames[0] if frames else b""
    if len(preamble) != len(PREAMBLE) or not preamble.startswith(MAGIC):
        raise FrameError("preamble", f"{preamble[:8].hex()} is not the preamble {PREAMBLE.hex()}")
    if preamble != PREAMBLE:
        raise FrameError("version", f"major version {struct.unpack('>H', preamble[2:])[0]} is not {MAJOR}")
    if not 2 <= len(frames) <= 2 + MAX_BLOBS:
        raise FrameError("frame_count", f"{len(frames)} frames")
    if len(frames[1]) > MAX_HEADER_BYTES:
        raise FrameError("size", f"a header of {len(frames[1])} bytes")
    total = sum(len(frame) for frame in frames)
    if total > MAX_MESSAGE_BYTES:
        raise FrameError("size", f"a message of {total} bytes")


def _parse_header(frame: bytes) -> Header:
    try:
        return Header.model_validate(_unpack_map(frame, "header"))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise FrameError("header", f"{where}: {first['msg']}") from error


def _check_blob_entries(header: Header, data: Sequence[bytes]) -> None:
    if len(header.blobs) != len(data):
        raise FrameError("blob_count", f"{len(data)} blob frames where the header names {len(header.blobs)}")
    if len({entry.name for entry in header.blobs}) != len(header.blobs):
        raise FrameError("header", "two blobs of one name")
    for i, (entry, frame) in enumerate(zip(header.blobs, data, strict=True)):
        is_body = entry.dtype == BODY_DTYPE
        if is_body != (entry.name == BODY) or (is_body and (i > 0 or entry.shape)):
            raise FrameError("header", "a body is blob 0, named `body`, with dtype `msgpack` and shape []")
        if not is_body and entry.dtype not in ITEM_BYTES:
            raise FrameError("header", f"unknown dtype `{entry.dtype[:32]}`")
        if len(frame) != entry.nbytes:
            raise FrameError("blob_size", f"blob `{entry.name}` has {len(frame)} bytes, not {entry.nbytes}")
        if not is_body and math.prod(entry.shape) * ITEM_BYTES[entry.dtype] != entry.nbytes:
            raise FrameError("blob_size", f"blob `{entry.name}` of shape {entry.shape} is not {entry.nbytes} bytes")


def _pack(value: object, what: str) -> bytes:
    try:
        return pack_value(value)
    except MsgpackError as error:
        raise FrameError("msgpack", f"the {what}: {error}") from error


def _unpack_map(frame: bytes, what: str) -> dict[str, Any]:
    try:
        value = unpack_value(frame)
    except MsgpackError as error:
        raise FrameError("msgpack", f"the {what}: {error}") from error
    if not isinstance(value, dict):
        raise FrameError("msgpack", f"the {what} is not a map")
    return value
