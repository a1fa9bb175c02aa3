"""Which blocks an edit acts after."""

from typing import Any

import pytest

from steering_worker.edits.layers import edited_layers
from steering_worker.edits.sae_ablate import SaeAblate
from steering_worker.errors import WorkerError
from steering_worker.methods.registry import make_edit


class Everywhere(SaeAblate):
    kind = "everywhere"

    def layers(self, layer: int, count: int) -> tuple[int, ...]:
        return tuple(range(count))


def test_an_edit_acts_after_its_vectors_block_unless_it_says_otherwise() -> None:
    for kind, params in (("add", {}), ("ablate", {}), ("ablate", {"at": "layer"}), ("sae_ablate", {})):
        assert edited_layers(make_edit(kind, params), 2, 4) == (2,)


def test_ablation_at_every_layer_acts_after_every_block_wherever_its_vector_was_fitted() -> None:
    edit = make_edit("ablate", {"at": "every_layer"})
    assert [edited_layers(edit, layer, 4) for layer in (0, 3)] == [(0, 1, 2, 3)] * 2
    assert edited_layers(edit, 0, 1) == (0,)


def test_an_edit_that_needs_the_clean_residual_is_refused_at_several_layers() -> None:
    params: Any = SaeAblate.Params()
    assert edited_layers(Everywhere(params), 0, 1) == (0,)
    with pytest.raises(WorkerError) as raised:
        edited_layers(Everywhere(params), 0, 3)
    assert raised.value.code == "edit_layers"
    assert "acts at 3 layers and needs the unedited residual, known at one only" in raised.value.message
