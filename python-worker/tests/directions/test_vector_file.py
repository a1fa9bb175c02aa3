import pytest
import torch
from safetensors.torch import save_file

from steering_worker.errors import WorkerError
from steering_worker.methods.registry import make_direction
from tests.dictionary_files import D_MODEL, LAYER, evidence, normal


def fit(path, **params):
    return make_direction("vector_file", {"path": str(path), **params}).fit(evidence("/models/gemma-3-1b-it"))


def refusal(path, **params) -> str:
    with pytest.raises(WorkerError) as raised:
        fit(path, **params)
    assert raised.value.code == "vector_file"
    return raised.value.message + " " + raised.value.advice


@pytest.fixture
def path(tmp_path):
    return tmp_path / "vectors.safetensors"


def test_the_only_tensor_needs_no_name(path):
    save_file({"anything": normal(1, D_MODEL)}, path)
    fitted = fit(path)
    assert torch.equal(fitted.tensors["vector"], normal(1, D_MODEL))
    assert fitted.info == {"tensor": "anything"}


def test_a_name_follows_layer_and_model(path):
    save_file({f"gemma-3-1b-it_layer_{LAYER}": normal(1, D_MODEL), "other": normal(2, D_MODEL)}, path)
    assert torch.equal(fit(path, tensor="{model_name}_layer_{layer}").tensors["vector"], normal(1, D_MODEL))


def test_half_precision_is_read_as_float32(path):
    save_file({"v": normal(1, D_MODEL).to(torch.bfloat16)}, path)
    assert torch.equal(fit(path).tensors["vector"], normal(1, D_MODEL).to(torch.bfloat16).to(torch.float32))


def test_several_tensors_without_a_name_are_refused(path):
    save_file({"a": normal(1, D_MODEL), "b": normal(2, D_MODEL)}, path)
    assert "2 tensors (a, b)" in refusal(path)


def test_a_tensor_that_is_not_there_is_refused_with_those_that_are(path):
    save_file({"layer_1": normal(1, D_MODEL)}, path)
    assert f"no tensor 'layer_{LAYER}'" in refusal(path, tensor="layer_{layer}")
    assert "It holds layer_1." in refusal(path, tensor="layer_{layer}")


@pytest.mark.parametrize("shape", [(D_MODEL + 1,), (1, D_MODEL), ()])
def test_another_shape_is_refused(path, shape):
    save_file({"v": torch.ones(shape)}, path)
    assert f"shape {list(shape)} where the model needs [{D_MODEL}]" in refusal(path)


@pytest.mark.parametrize("value", [0.0, float("nan"), float("inf")])
def test_a_vector_that_is_zero_or_not_finite_is_refused(path, value):
    save_file({"v": torch.full((D_MODEL,), value)}, path)
    assert "zero or not finite" in refusal(path)


def test_other_files_are_refused(tmp_path, path):
    assert "no such file" in refusal(path)
    assert "no such file" in refusal("relative.safetensors")
    path.write_bytes(b"not safetensors")
    assert "cannot be read" in refusal(path)
    torch.save(normal(1, D_MODEL), tmp_path / "v.pt")
    assert "not a .safetensors file" in refusal(tmp_path / "v.pt")
