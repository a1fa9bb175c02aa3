from typing import Any

import pytest

from steering_worker.handlers.table import HANDLERS
from steering_worker.protocol.frames import FrameError, decode, encode
from tests.protocol.golden_frames import WORKER_MESSAGES, description, join_frames, read_golden, split_frames

GOLDEN = read_golden()
VALID = {name: case for name, case in GOLDEN.items() if case[1]["valid"]}
BROKEN = {name: case for name, case in GOLDEN.items() if not case[1]["valid"]}


def test_both_sides_wrote_golden_frames() -> None:
    assert {name.split("-")[0] for name in GOLDEN} == {"broken", "orchestrator", "worker"}
    assert set(WORKER_MESSAGES) == {name for name in GOLDEN if name.startswith("worker-")}


@pytest.mark.parametrize("name", VALID)
def test_a_golden_message_is_what_its_description_says(name: str) -> None:
    frames, expected = VALID[name]
    assert description(decode(frames)) == expected


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_golden_message_is_refused_with_its_reason(name: str) -> None:
    frames, expected = BROKEN[name]
    with pytest.raises(FrameError) as caught:
        decode(frames)
    assert caught.value.reason == expected["reason"]


@pytest.mark.parametrize("name", WORKER_MESSAGES)
def test_the_worker_still_writes_the_golden_bytes(name: str) -> None:
    frames, _ = GOLDEN[name]
    assert encode(WORKER_MESSAGES[name]) == frames
    assert split_frames(join_frames(frames)) == frames


REQUESTS = {
    case[1]["header"]["type"]: case
    for name, case in VALID.items()
    if name.startswith("orchestrator-") and case[1]["header"]["type"] in HANDLERS
}


@pytest.mark.parametrize("kind", REQUESTS)
def test_the_orchestrators_requests_are_valid_for_their_handlers(kind: str) -> None:
    body: Any = decode(REQUESTS[kind][0]).body
    assert HANDLERS[kind].body.model_validate(body)
