"""Folding holds one copy of the weights: each block of the module is let go as soon as it is folded."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from steering_worker.engines.batched.folded_weights import take_weights
from steering_worker.engines.batched.matrix import packs
from steering_worker.models.load import load_model
from steering_worker.models.loaded import HuggingFaceModel
from tests.checkpoints import make_multimodal_checkpoint, make_text_checkpoint
from tests.engines.conftest import idle
from tests.engines.live_memory import bytes_of
from tests.engines.live_storages import LiveStorages

LAYERS, HIDDEN = 8, 96
ATTENTION = {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 32, "query_pre_attn_scalar": 32}


@pytest.fixture(scope="module", params=["text", "multimodal"])
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    make = make_text_checkpoint if request.param == "text" else make_multimodal_checkpoint
    return make(tmp_path_factory.mktemp(request.param), layers=LAYERS, hidden=HIDDEN, attention=ATTENTION)


@pytest.fixture(params=["float32", "bfloat16"])
def loaded(checkpoint: Path, request: pytest.FixtureRequest) -> Iterator[HuggingFaceModel]:
    yield load_model(str(checkpoint), None, "cpu", request.param, idle)


def blocks_of(model: Any) -> Any:
    inner = model.model
    return (inner.language_model if hasattr(inner, "language_model") else inner).layers


def largest_block(model: Any) -> int:
    return max(bytes_of(*block.parameters()) for block in blocks_of(model))


@pytest.mark.parametrize("pack", [False, True])
def test_folding_never_holds_more_than_a_copy_of_the_weights_and_a_block(loaded: HuggingFaceModel, pack: bool) -> None:
    model = loaded.model
    if pack and not packs(torch.device("cpu"), model.dtype):
        pytest.skip(f"this processor multiplies no packed {model.dtype}")
    copy, block = bytes_of(*model.parameters()), largest_block(model)
    sizes = [one.numel() for one in blocks_of(model).parameters() if one.dim() == 1]
    norms = torch.float32.itemsize * sum(sizes)
    # A matrix is folded in float32, of which it is a part already where that is the model's type.
    wide = torch.float32.itemsize * max(one.numel() for one in blocks_of(model).parameters())
    with LiveStorages(model.parameters()) as live:
        weights = take_weights(model, loaded.architecture, pack)
    assert len(weights.blocks) == LAYERS
    assert copy < live.peak <= copy + block + norms + (0 if model.dtype == torch.float32 else wide)
    assert live.live() <= copy + norms
