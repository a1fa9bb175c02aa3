"""What decoding is held against."""

from dataclasses import replace
from pathlib import Path

import torch

from steering_worker.engines.batched.folded_weights import take_weights
from steering_worker.engines.speed.matmul_rate import MOST_BYTES, matmul_rate
from steering_worker.engines.speed.matrices import Matrix, flops_per_token, matrices
from steering_worker.models.families.gemma3 import architecture
from steering_worker.models.load import load_model
from tests.checkpoints import make_text_checkpoint, text_config


def test_the_matrices_are_those_of_the_folded_weights(tmp_path: Path) -> None:
    loaded = load_model(str(make_text_checkpoint(tmp_path, layers=3)), None, "cpu", "float32", lambda: None)
    weights = take_weights(loaded.model, loaded.architecture, False)
    first = weights.blocks[0]
    assert first.gate.outer == first.up.outer
    shapes = [(one.inner, one.outer) for one in (first.qkv, first.out, first.gate, first.down)]
    shapes[2] = (first.gate.inner, 2 * first.gate.outer)
    assert [(matrix.inner, matrix.outer) for matrix in matrices(loaded.architecture)][:4] == shapes
    numbers = sum(one.weight.numel() for b in weights.blocks for one in (b.qkv, b.out, b.gate, b.up, b.down))
    assert flops_per_token(loaded.architecture) == 2 * (numbers + weights.unembedding.numel())


def test_the_rate_is_of_plausible_size() -> None:
    shape = (Matrix(64, 128, 2), Matrix(64, 500, 1))
    assert 1e7 < matmul_rate(shape, torch.float32, torch.device("cpu")) < 1e15


def test_a_large_vocabulary_takes_no_more_than_its_room() -> None:
    model = replace(
        architecture(text_config(layers=1)), d_model=640, d_ff=2048, heads=4, kv_heads=1, d_head=256, vocab_size=262_144
    )
    assert 640 * model.vocab_size * 4 > MOST_BYTES
    assert matmul_rate(matrices(model), torch.float32, torch.device("cpu")) > 0
