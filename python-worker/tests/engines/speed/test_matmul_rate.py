"""What decoding is held against."""

from pathlib import Path
from types import SimpleNamespace

import torch

from steering_worker.engines.batched.folded_weights import take_weights
from steering_worker.engines.speed.matmul_rate import MOST_BYTES, matmul_rate
from steering_worker.engines.speed.matrices import Matrix, flops_per_token, matrices
from steering_worker.models.load import load_model
from tests.checkpoints import make_text_checkpoint


def test_the_matrices_are_those_of_the_folded_weights(tmp_path: Path) -> None:
    loaded = load_model(str(make_text_checkpoint(tmp_path, layers=3)), None, "cpu", "float32", lambda: None)
    config = loaded.model.config.get_text_config()
    weights = take_weights(loaded.model, False)
    first = weights.blocks[0]
    assert first.gate.outer == first.up.outer
    shapes = [(one.inner, one.outer) for one in (first.qkv, first.out, first.gate, first.down)]
    shapes[2] = (first.gate.inner, 2 * first.gate.outer)
    assert [(matrix.inner, matrix.outer) for matrix in matrices(config)][:4] == shapes
    numbers = sum(one.weight.numel() for b in weights.blocks for one in (b.qkv, b.out, b.gate, b.up, b.down))
    assert flops_per_token(config) == 2 * (numbers + weights.unembedding.numel())


def test_the_rate_is_of_plausible_size() -> None:
    shape = (Matrix(64, 128, 2), Matrix(64, 500, 1))
    assert 1e7 < matmul_rate(shape, torch.float32, torch.device("cpu")) < 1e15


def test_a_large_vocabulary_takes_no_more_than_its_room() -> None:
    config = SimpleNamespace(
        hidden_size=640,
        intermediate_size=2048,
        num_hidden_layers=1,
        num_attention_heads=4,
        num_key_value_heads=1,
        head_dim=256,
        vocab_size=262_144,
    )
    assert 640 * config.vocab_size * 4 > MOST_BYTES
    assert matmul_rate(matrices(config), torch.float32, torch.device("cpu")) > 0
