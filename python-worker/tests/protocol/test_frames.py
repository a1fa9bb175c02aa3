import tracemalloc
from typing import Any

import msgpack
import pytest
import torch
from crc32c import crc32c

from steering_worker.protocol.frames import (
    MAX_HEADER_BYTES,
    PREAMBLE,
    Blob,
    FrameError,
    Message,
    decode,
    encode,
)
from steering_worker.protocol.tensors import blob_tensor, tensor_blob

BLOB = Blob("v", "float32", (2, 3), bytes(range(24)))


def message(**changes: Any) -> Message:
    fields: dict[str, Any] = {
        "type": "result",
        "run": "run-1",
        "session": "s",
        "seq": 7,
        "reply_to": 3,
        "block": "b1",
        "lease": 12,
        "attempt": 1,
        "body": {"text": "owl \u00e9", "n": [1, 2.5, None, True]},
        "blobs": (BLOB,),
    }
    return Message(**{**fields, **changes})


def header(frames: list[bytes]) -> dict[str, Any]:
    value: dict[str, Any] = msgpack.unpackb(frames[1])
    return value


def with_header(frames: list[bytes], **changes: Any) -> list[bytes]:
    return [frames[0], msgpack.packb({**header(frames), **changes}), *frames[2:]]


def with_entry(frames: list[bytes], index: int, **changes: Any) -> list[bytes]:
    entries = header(frames)["blobs"]
    entries[index] = {**entries[index], **changes}
    return with_header(frames, blobs=entries)


def with_body(raw: bytes) -> list[bytes]:
    frames = encode(message(blobs=()))
    entry = {**header(frames)["blobs"][0], "nbytes": len(raw), "crc32c": crc32c(raw)}
    return [*with_header(frames, blobs=[entry])[:2], raw]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"body": None},
        {"blobs": ()},
        {"body": None, "blobs": (), "reply_to": None, "block": None, "lease": None, "attempt": None},
        {"blobs": tuple(Blob(f"b{i}", "uint8", (0,), b"") for i in range(7))},
    ],
)
def test_a_message_comes_back_from_its_frames(changes: dict[str, Any]) -> None:
    sent = message(**changes)
    assert decode(encode(sent)) == sent


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16, torch.int32, torch.int64, torch.uint8])
@pytest.mark.parametrize("shape", [(3, 2), (0, 4), ()])
def test_a_tensor_comes_back_from_its_blob(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    tensor = (torch.rand(shape) * 100).to(dtype)
    blob = decode(encode(message(blobs=(tensor_blob("t", tensor),)))).blobs[0]
    back = blob_tensor(blob)
    assert back.dtype == dtype
    assert torch.equal(back, tensor)


def test_transposed_tensors_are_sent_in_c_order() -> None:
    tensor = torch.arange(6, dtype=torch.int32).reshape(2, 3).T
    assert torch.equal(blob_tensor(tensor_blob("t", tensor)), tensor)


GOOD = encode(message())
DEEP: Any = "leaf"
for _ in range(32):
    DEEP = [DEEP]

#: Few values claimed at a time, more than are allowed altogether.
MANY = msgpack.packb({"x": [[[]] * 65_535] * 5})

BROKEN: list[tuple[str, str, list[bytes]]] = [
    ("no frames", "preamble", []),
    ("empty preamble", "preamble", [b"", *GOOD[1:]]),
    ("other magic", "preamble", [b"XX\x00\x02", *GOOD[1:]]),
    ("long preamble", "preamble", [PREAMBLE + b"\0", *GOOD[1:]]),
    ("other major version", "version", [b"SW\x00\x01", *GOOD[1:]]),
    ("no header", "frame_count", GOOD[:1]),
    ("eleven frames", "frame_count", [*GOOD, *[b""] * 7]),
    ("huge header", "size", [GOOD[0], b"\0" * (MAX_HEADER_BYTES + 1), *GOOD[2:]]),
    ("huge message", "size", [*GOOD[:3], bytes(64 * 1024 * 1024)]),
    ("header is garbage", "msgpack", [GOOD[0], b"\xc1\xff", *GOOD[2:]]),
    ("header is cut off", "msgpack", [GOOD[0], GOOD[1][:-1], *GOOD[2:]]),
    ("header is followed by more", "msgpack", [GOOD[0], GOOD[1] + b"\0", *GOOD[2:]]),
    ("header is a list", "msgpack", [GOOD[0], msgpack.packb([1]), *GOOD[2:]]),
    ("header with a key twice", "msgpack", [GOOD[0], b"\x82\xa1a\x01\xa1a\x02", *GOOD[2:]]),
    ("header with a number as key", "msgpack", [GOOD[0], msgpack.packb({1: 2}), *GOOD[2:]]),
    ("header with bytes", "msgpack", with_header(GOOD, run=b"run-1")),
    ("header with an extension type", "msgpack", with_header(GOOD, run=msgpack.ExtType(5, b"x"))),
    ("header with a timestamp", "msgpack", with_header(GOOD, run=msgpack.Timestamp(1, 0))),
    ("header with an unknown key", "header", with_header(GOOD, extra=1)),
    ("negative seq", "header", with_header(GOOD, seq=-1)),
    ("seq as text", "header", with_header(GOOD, seq="7")),
    ("seq as float", "msgpack", with_header(GOOD, seq=7.0)),
    ("seq as boolean", "header", with_header(GOOD, seq=True)),
    ("seq beyond 2^53", "msgpack", with_header(GOOD, seq=2**53)),
    ("empty type", "header", with_header(GOOD, type="")),
    ("run is nil", "header", with_header(GOOD, run=None)),
    ("attempt 0", "header", with_header(GOOD, attempt=0)),
    ("negative lease", "header", with_header(GOOD, lease=-1)),
    ("nine blobs", "header", with_header(GOOD, blobs=[header(GOOD)["blobs"][0]] * 9)),
    ("fewer blobs than named", "blob_count", GOOD[:-1]),
    ("more blobs than named", "blob_count", [*GOOD, b""]),
    (
        "two blobs of one name",
        "header",
        with_entry(encode(message(body=None, blobs=(BLOB, BLOB.__class__("w", "uint8", (0,), b"")))), 1, name="v"),
    ),
    ("a body that is not blob 0", "header", with_entry(GOOD, 1, name="body", dtype="msgpack", shape=[])),
    ("a body with a shape", "header", with_entry(GOOD, 0, shape=[1])),
    ("a body of another name", "header", with_entry(GOOD, 0, name="bode")),
    ("unknown dtype", "header", with_entry(GOOD, 1, dtype="complex64")),
    ("negative dimension", "header", with_entry(GOOD, 1, shape=[-2, -3])),
    ("wrong nbytes", "blob_size", with_entry(GOOD, 1, nbytes=23)),
    ("shape that takes other bytes", "blob_size", with_entry(GOOD, 1, shape=[7])),
    ("checksum beyond 32 bits", "header", with_entry(GOOD, 1, crc32c=2**32)),
    ("wrong checksum", "checksum", with_entry(GOOD, 1, crc32c=0)),
    ("flipped bit in a blob", "checksum", [*GOOD[:-1], bytes([GOOD[-1][0] ^ 1]) + GOOD[-1][1:]]),
    ("body is a list", "msgpack", with_body(msgpack.packb([1]))),
    ("body with NaN", "msgpack", with_body(msgpack.packb({"x": float("nan")}))),
    ("body with infinity", "msgpack", with_body(msgpack.packb({"x": float("inf")}))),
    ("body nested 33 deep", "msgpack", with_body(msgpack.packb({"x": DEEP}))),
    ("body with an extension type", "msgpack", with_body(msgpack.packb({"x": msgpack.ExtType(1, b"")}))),
    ("body with bad UTF-8", "msgpack", with_body(b"\x81\xa1x\xa1\xff")),
    ("body with a float for an integer", "msgpack", with_body(msgpack.packb({"x": 2.0**32}))),
    ("body of more lists than are allowed", "msgpack", with_body(MANY)),
    ("body that claims 4 GiB", "msgpack", with_body(b"\x81\xa1x\xdd\xff\xff\xff\xff")),
]


@pytest.mark.parametrize(("reason", "frames"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_broken_frames_are_refused_with_their_reason(reason: str, frames: list[bytes]) -> None:
    with pytest.raises(FrameError) as caught:
        decode(frames)
    assert caught.value.reason == reason


@pytest.mark.parametrize("key", sorted(header(GOOD)))
def test_a_header_without_one_of_its_keys_is_refused(key: str) -> None:
    rest = {name: value for name, value in header(GOOD).items() if name != key}
    with pytest.raises(FrameError) as caught:
        decode([GOOD[0], msgpack.packb(rest), *GOOD[2:]])
    assert caught.value.reason == "header"


def test_the_order_of_checks_is_that_of_the_protocol() -> None:
    broken = with_entry(with_header(GOOD, seq=-1), 1, crc32c=0)
    with pytest.raises(FrameError, match=r"^header"):
        decode(broken)
    with pytest.raises(FrameError, match=r"^preamble"):
        decode([b"XXXX", *broken[1:]])


def test_a_body_nested_as_deep_as_allowed_passes() -> None:
    raw = msgpack.packb({"x": DEEP[0]})
    assert decode(with_body(raw)).body == {"x": DEEP[0]}


def test_a_body_of_too_many_values_is_refused_before_any_is_made() -> None:
    frames = with_body(MANY)
    tracemalloc.start()
    with pytest.raises(FrameError, match="more than 262144 values"):
        decode(frames)
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


@pytest.mark.parametrize("value", [float("nan"), b"bytes", {1: 2}, 2**53, object()])
def test_what_the_other_side_would_refuse_is_not_sent(value: Any) -> None:
    with pytest.raises(FrameError):
        encode(message(body={"x": value}))
