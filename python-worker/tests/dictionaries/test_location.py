import httpx2
import pytest
from huggingface_hub import errors as hub

from steering_worker.dictionaries import location
from steering_worker.dictionaries.location import locate_dictionary
from steering_worker.errors import WorkerError
from tests.dictionary_files import write_dictionary

REFERENCE = "google/gemma-scope-2-1b-it:resid_post/layer_17_width_16k_l0_medium"


def refusal(reference, layer=3) -> WorkerError:
    with pytest.raises(WorkerError) as raised:
        locate_dictionary(str(reference), layer)
    return raised.value


def test_a_file_its_folder_and_the_roots_above_lead_to_the_same_file(tmp_path):
    folder = write_dictionary(tmp_path)
    write_dictionary(tmp_path, layer=30)
    file = folder / "params.safetensors"
    for start in (file, folder, tmp_path / "resid_post", tmp_path):
        assert locate_dictionary(str(start), 3) == file


def test_several_dictionaries_for_a_layer_are_listed(tmp_path):
    write_dictionary(tmp_path, name="16k_l0_small")
    write_dictionary(tmp_path, name="16k_l0_big")
    error = refusal(tmp_path)
    assert error.code == "dictionary_ambiguous"
    assert "resid_post/layer_3_width_16k_l0_big, resid_post/layer_3_width_16k_l0_small" in error.message


def test_a_layer_without_dictionary_names_those_with_one(tmp_path):
    write_dictionary(tmp_path, layer=30)
    error = refusal(tmp_path)
    assert error.code == "dictionary_missing"
    assert "none for layer 3" in error.message and "layer_30_width_16k_l0_medium" in error.advice


def test_folders_without_a_dictionary_say_what_is_missing(tmp_path):
    assert "does not exist" in refusal(tmp_path / "absent").message
    assert "holds neither params.safetensors nor folders named layer_3_width_*" in refusal(tmp_path).message
    (tmp_path / "params.npz").touch()
    assert "holds no safetensors file" in refusal(tmp_path).message
    assert refusal(tmp_path / "params.npz").code == "dictionary_format"


@pytest.mark.parametrize("reference", ["sae", "./sae/folder", "google/gemma-scope-2-1b-it", "google/gemma-3-1b-it/sae"])
def test_what_is_neither_folder_nor_hub_reference_is_refused(reference):
    error = refusal(reference)
    assert error.code == "dictionary_missing" and REFERENCE in error.advice


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (REFERENCE, ("resid_post/layer_17_width_16k_l0_medium/params.safetensors", None)),
        (REFERENCE + "/params.safetensors", ("resid_post/layer_17_width_16k_l0_medium/params.safetensors", None)),
        ("google/gemma-scope-2-1b-it@abc123:a/b.5", ("a/b.5/params.safetensors", "abc123")),
    ],
)
def test_a_hub_reference_names_repository_revision_and_file(monkeypatch, tmp_path, reference, expected):
    asked = []

    def download(repo, file, revision):
        asked.append((repo, file, revision))
        return str(tmp_path / "params.safetensors")

    monkeypatch.setattr(location, "hf_hub_download", download)
    assert locate_dictionary(reference, 17) == tmp_path / "params.safetensors"
    assert asked == [("google/gemma-scope-2-1b-it", *expected)]


def response(status: int) -> httpx2.Response:
    return httpx2.Response(status, request=httpx2.Request("GET", "https://huggingface.co/x"))


@pytest.mark.parametrize(
    ("raised", "code", "words"),
    [
        (hub.LocalEntryNotFoundError("no"), "offline", "not in the local cache"),
        (hub.RemoteEntryNotFoundError("no", response=response(404)), "dictionary_missing", "does not have"),
        (hub.GatedRepoError("401 Client Error", response=response(401)), "gated", "gated"),
        (hub.RepositoryNotFoundError("no", response=response(404)), "model_not_found", "google/gemma-scope-2-1b-it"),
        (OSError(28, "No space left on device"), "disk_full", "disk is full"),
    ],
)
def test_what_the_hub_answers_becomes_one_sentence(monkeypatch, raised, code, words):
    def download(*_arguments, **_named):
        raise raised

    monkeypatch.setattr(location, "hf_hub_download", download)
    error = refusal(REFERENCE, 17)
    assert error.code == code and words in error.message and "\n" not in error.message


def test_pickles_on_the_hub_are_refused_before_any_download(monkeypatch):
    monkeypatch.setattr(location, "hf_hub_download", lambda *_: pytest.fail("downloaded"))
    assert refusal("google/gemma-scope-2b:layer_1/params.npz").code == "dictionary_format"
