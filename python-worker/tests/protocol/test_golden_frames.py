"""The frames that both languages test (tests/fixtures/frames), in hexadecimal."""

import json
from pathlib import Path
from typing import Any

import pytest

from steering_worker.protocol.frames import Blob, FrameError, Message, decode, encode

GOLDEN = json.loads((Path(__file__).parents[3] / "tests/fixtures/frames/golden.json").read_text())


def frames(case: dict[str, Any]) -> list[bytes]:
    return [bytes.fromhex(frame) for frame in case["frames"]]


def message(case: dict[str, Any]) -> Message:
    content = case["message"]
    blobs = [Blob(t["name"], t["dtype"], tuple(t["shape"]), bytes.fromhex(t["bytes"])) for t in content["tensors"]]
    return Message(**content["header"], body=content["body"], blobs=tuple(blobs))


@pytest.mark.parametrize("case", GOLDEN["accepted"], ids=lambda case: case["name"])
def test_golden_frames_are_read_and_written(case: dict[str, Any]) -> None:
    assert decode(frames(case)) == message(case)
    assert encode(message(case)) == frames(case)


@pytest.mark.parametrize("case", GOLDEN["refused"], ids=lambda case: case["name"])
def test_golden_broken_frames_are_refused_with_their_reason(case: dict[str, Any]) -> None:
    with pytest.raises(FrameError) as caught:
        decode(frames(case))
    assert caught.value.reason == case["reason"]
