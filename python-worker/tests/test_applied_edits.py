"""From what a request says of an edit to what an engine applies."""

import pytest
import torch

from steering_worker.errors import WorkerError
from steering_worker.handlers.applied_edits import applied_edits
from steering_worker.protocol.messages import SteeringEdit
from steering_worker.session import Session
from tests.test_session import bring

#: The blocks of the session's model.
COUNT = 4


@pytest.fixture
def session() -> Session:
    session = Session()
    bring(session, "a")
    session.keep_vector("v", 2, {"vector": torch.ones(3)})
    return session


def entry(kind: str, **params: object) -> SteeringEdit:
    edit = {"kind": kind, "params": params, "sha256": None}
    return SteeringEdit.model_validate({"vector": "v", "layer": 2, "edit": edit, "positions": "all"})


def test_an_edit_is_applied_where_its_vector_was_fitted_or_where_it_says(session: Session) -> None:
    one, every = applied_edits(session, [entry("ablate"), entry("ablate", at="every_layer")])
    assert (one.layers, every.layers) == ((2,), tuple(range(COUNT)))
    assert one.fitted["vector"] is every.fitted["vector"]


def test_an_edit_without_its_tensors_is_refused(session: Session) -> None:
    with pytest.raises(WorkerError) as raised:
        applied_edits(session, [entry("sae_ablate")])
    assert raised.value.code == "vector_lacks_tensor"
