import pytest
import torch
from safetensors.torch import save_file

from steering_worker.dictionaries.dictionary import activations, jump_relu, open_dictionary, read_features
from steering_worker.errors import WorkerError
from tests.dictionary_files import D_MODEL, WIDTH, dictionary_tensors, normal


@pytest.fixture
def path(tmp_path):
    save_file(dictionary_tensors(), tmp_path / "params.safetensors")
    return tmp_path / "params.safetensors"


def test_jump_relu_is_zero_up_to_the_threshold_and_the_identity_above():
    z = torch.tensor([[-1.0, 0.5, 1.0, 1.5]])
    f = jump_relu(z, torch.eye(4), torch.zeros(4), torch.ones(4))
    assert f.tolist() == [[0.0, 0.0, 0.0, 1.5]]
    negative = jump_relu(z, torch.eye(4), torch.zeros(4), torch.full((4,), -2.0))
    assert negative.tolist() == [[0.0, 0.5, 1.0, 1.5]]


@pytest.mark.parametrize("chunk", [1, 7, WIDTH, 1000])
def test_activations_do_not_depend_on_the_chunk(path, chunk):
    t, resid = dictionary_tensors(), normal(1, 5, D_MODEL)
    expected = jump_relu(resid, t["w_enc"], t["b_enc"], t["threshold"])
    found = torch.cat(list(activations(open_dictionary(path, D_MODEL), resid, chunk)), dim=1)
    torch.testing.assert_close(found, expected)


def test_half_precision_dictionaries_are_read_as_float32(tmp_path):
    half = {name: tensor.to(torch.bfloat16) for name, tensor in dictionary_tensors().items()}
    save_file(half, tmp_path / "params.safetensors")
    features = read_features(open_dictionary(tmp_path / "params.safetensors", D_MODEL), [0, 5])
    assert features.w_enc.dtype == torch.float32
    assert torch.equal(features.w_dec, half["w_dec"][[0, 5]].to(torch.float32))


@pytest.mark.parametrize("missing", ["w_enc", "w_dec", "b_enc", "threshold"])
def test_a_missing_tensor_is_named(tmp_path, missing):
    tensors = dictionary_tensors()
    del tensors[missing]
    save_file(tensors, tmp_path / "params.safetensors")
    with pytest.raises(WorkerError, match=f"no tensor '{missing}'"):
        open_dictionary(tmp_path / "params.safetensors", D_MODEL)


def test_shapes_that_do_not_fit_together_are_refused(tmp_path):
    tensors = dictionary_tensors()
    save_file({**tensors, "w_dec": tensors["w_dec"].T.contiguous()}, tmp_path / "params.safetensors")
    with pytest.raises(WorkerError, match=r"w_dec has shape \[16, 40\] where \[40, 16\] is needed"):
        open_dictionary(tmp_path / "params.safetensors", D_MODEL)


def test_a_truncated_file_is_refused(path):
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(WorkerError, match="cannot be read") as raised:
        open_dictionary(path, D_MODEL)
    assert raised.value.code == "dictionary_format"


def test_chosen_features_that_are_not_finite_are_refused(tmp_path):
    tensors = dictionary_tensors()
    tensors["w_dec"][4] = float("nan")
    save_file(tensors, tmp_path / "params.safetensors")
    dictionary = open_dictionary(tmp_path / "params.safetensors", D_MODEL)
    read_features(dictionary, [3])
    with pytest.raises(WorkerError, match="w_dec of the chosen features is not finite"):
        read_features(dictionary, [3, 4])
