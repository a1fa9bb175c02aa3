"""Which models a worker keeps."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
import torch

from steering_worker.errors import WorkerError
from steering_worker.protocol.messages import ModelReference
from steering_worker.session import Held, Session


def reference(ref: str) -> ModelReference:
    return ModelReference(ref=ref, revision=None, device="cpu", dtype="float32", engine="auto", threads=None)


def held(ref: str, parameters: int = 1) -> Held:
    loaded = SimpleNamespace(ref=ref, parameters=parameters, dtype=torch.float32, device=torch.device("cpu"), layers=4)
    return cast(Any, SimpleNamespace(reference=reference(ref), loaded=loaded))


def bring(session: Session, ref: str, parameters: int = 1) -> bool:
    """Whether the model was still there."""
    if session.use(reference(ref)):
        return True
    session.make_room()
    session.hold(held(ref, parameters))
    return False


def test_a_small_model_is_still_there_when_it_is_used_again() -> None:
    session = Session()
    assert [bring(session, ref) for ref in ("a", "b", "a", "b")] == [False, False, True, True]
    assert session.held.reference == reference("b")


def test_models_beyond_the_bound_are_freed_before_another_is_loaded_the_longest_unused_first() -> None:
    session = Session(kept_bytes=8)
    assert [bring(session, ref) for ref in ("a", "b", "a", "c")] == [False, False, True, False]
    assert bring(session, "d") is False
    assert [bring(session, ref) for ref in ("c", "a")] == [True, True]
    assert bring(session, "b") is False


def test_a_model_above_the_bound_is_alone_in_memory() -> None:
    session = Session(kept_bytes=8)
    bring(session, "large", 1000)
    bring(session, "small")
    assert bring(session, "large", 1000) is False


def test_vectors_are_forgotten_when_another_model_comes_into_use() -> None:
    session = Session()
    bring(session, "a")
    session.keep_vector("v", 2, {"vector": torch.ones(3)})
    bring(session, "a")
    assert session.vector("v", 2).layer == 2
    bring(session, "b")
    bring(session, "a")
    with pytest.raises(WorkerError, match="neither fitted nor put"):
        session.vector("v", 2)


def test_a_model_that_failed_to_load_is_not_in_use() -> None:
    session = Session()
    bring(session, "a")
    assert session.use(reference("b")) is False
    with pytest.raises(WorkerError, match="none is loaded"):
        assert session.held
