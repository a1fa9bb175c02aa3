"""Every kind of checkpoint loads whole or is refused in one sentence."""

import json
import os
import re
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import Gemma3ForCausalLM

from steering_worker.errors import WorkerError
from steering_worker.models.load import load_model
from steering_worker.models.loaded import HuggingFaceModel
from tests.checkpoints import BOS, END_OF_TURN, EOS, PAD, make_multimodal_checkpoint, make_text_checkpoint

WEIGHTS = "model.safetensors"


def load(
    folder: Path | str, *, device: str = "cpu", dtype: str = "auto", revision: str | None = None
) -> HuggingFaceModel:
    return load_model(str(folder), revision, device, dtype, lambda: None)


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_text_checkpoint(tmp_path_factory.mktemp("text") / "model")


@pytest.fixture(scope="module")
def sharded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_text_checkpoint(tmp_path_factory.mktemp("sharded") / "model", sharded=True)


@pytest.fixture(scope="module")
def multimodal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_multimodal_checkpoint(tmp_path_factory.mktemp("multimodal") / "model")


def test_a_text_checkpoint_loads_with_its_own_weights(text: Path) -> None:
    loaded = load(text)
    assert loaded.model_class == "Gemma3ForCausalLM"
    assert (loaded.layers, loaded.d_model) == (6, 32)
    assert loaded.dtype == torch.float32
    assert loaded.revision is None
    assert (loaded.bos_id, loaded.pad_id, loaded.end_ids) == (BOS, PAD, frozenset({EOS, END_OF_TURN}))
    saved = load_file(text / WEIGHTS)
    held = loaded.model.state_dict()
    assert all(torch.equal(held[name], tensor) for name, tensor in saved.items())
    assert loaded.parameters == sum(tensor.numel() for tensor in saved.values())
    assert loaded.model.config._attn_implementation == "eager"
    assert not loaded.model.training


def test_shards_and_a_single_file_hold_the_same_model(text: Path, sharded: Path) -> None:
    assert len(list(sharded.glob("*.safetensors"))) > 1
    single, many = load(text), load(sharded)
    pairs = zip(single.model.parameters(), many.model.parameters(), strict=True)
    assert all(torch.equal(left, right) for left, right in pairs)
    assert single.hashes["weights"] != many.hashes["weights"]
    assert single.hashes["tokenizer"] == many.hashes["tokenizer"]
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in single.hashes.values())


def test_a_multimodal_checkpoint_loads_as_its_own_class(multimodal: Path) -> None:
    loaded = load(multimodal)
    assert loaded.model_class == "Gemma3ForConditionalGeneration"
    assert (loaded.layers, loaded.d_model) == (6, 32)
    language = [p.numel() for name, p in loaded.model.named_parameters() if "language_model" in name]
    assert loaded.parameters == sum(language)
    ids = torch.tensor([[BOS, 50, 60, 70]])
    assert bool(torch.isfinite(loaded.model(input_ids=ids).logits).all())


def test_loading_a_multimodal_checkpoint_installs_nothing(multimodal: Path) -> None:
    packages = sorted(path.name for entry in sys.path for path in Path(entry or ".").glob("*.dist-info"))
    code = (
        "import sys; from steering_worker.environment import prepare_environment; prepare_environment()\n"
        "import subprocess\n"
        "def refuse(*a, **k): raise SystemExit('a process was started')\n"
        "subprocess.Popen.__init__ = refuse\n"
        "from steering_worker.models.load import load_model\n"
        "print(load_model(sys.argv[1], None, 'cpu', 'auto', lambda: None).model_class)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(multimodal)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.stdout.strip() == "Gemma3ForConditionalGeneration", done.stderr
    assert sorted(path.name for entry in sys.path for path in Path(entry or ".").glob("*.dist-info")) == packages


def test_the_links_of_the_hubs_cache_and_a_link_to_the_folder_are_followed(sharded: Path, tmp_path: Path) -> None:
    repository = tmp_path / "models--tiny"
    snapshot, blobs = repository / "snapshots" / "0123abcd", repository / "blobs"
    snapshot.mkdir(parents=True)
    shutil.copytree(sharded, blobs)
    for blob in blobs.iterdir():
        (snapshot / blob.name).symlink_to(Path("../../blobs") / blob.name)
    (tmp_path / "model").symlink_to(snapshot)
    assert load(tmp_path / "model").hashes == load(snapshot).hashes == load(sharded).hashes


def test_bfloat16_is_kept_when_asked_for(text: Path) -> None:
    loaded = load(text, dtype="bfloat16")
    assert {parameter.dtype for parameter in loaded.model.parameters()} == {torch.bfloat16}


def test_a_vision_tower_beyond_the_weights_is_refused_before_it_is_built(multimodal: Path, tmp_path: Path) -> None:
    for number, change in enumerate(
        [{"num_hidden_layers": 10**9}, {"num_hidden_layers": 900}, {"image_size": 1 << 14}]
    ):
        folder = tmp_path / str(number)
        shutil.copytree(multimodal, folder)
        vision = json.loads((folder / "config.json").read_text())["vision_config"]
        edit_json(folder / "config.json", vision_config={**vision, **change})
        with pytest.raises(WorkerError) as caught:
            load(folder)
        assert caught.value.code == "checkpoint_config_invalid"
        assert_one_sentence(caught.value)


def test_text_class_on_a_multimodal_checkpoint_would_load_nothing(multimodal: Path) -> None:
    """Why the class follows from config.json: transformers itself does not object."""
    config = json.loads((multimodal / "config.json").read_text())["text_config"]
    config = Gemma3ForCausalLM.config_class(**config)
    _, info = Gemma3ForCausalLM.from_pretrained(multimodal, config=config, output_loading_info=True)
    assert info["missing_keys"]


def edit_json(path: Path, **changes: Any) -> None:
    content = json.loads(path.read_text())
    content.update(changes)
    path.write_text(json.dumps({key: value for key, value in content.items() if value is not None}))


def edit_weights(change: Callable[[dict[str, torch.Tensor]], None]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        tensors = load_file(folder / WEIGHTS)
        change(tensors)
        save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})

    return apply


def edit_config(**changes: Any) -> Callable[[Path], None]:
    return lambda folder: edit_json(folder / "config.json", **changes)


def poison(value: float) -> Callable[[dict[str, torch.Tensor]], None]:
    def apply(tensors: dict[str, torch.Tensor]) -> None:
        tensors["model.layers.3.mlp.up_proj.weight"][0, 0] = value

    return apply


def truncate(folder: Path) -> None:
    data = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(data[: len(data) // 2])


def truncate_to_nothing(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(b"")


def huge_header(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(struct.pack("<Q", 1 << 40) + b"{}" * 100)


def garbage_header(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes(struct.pack("<Q", 8) + b"garbage!" + bytes(64))


def append_bytes(folder: Path) -> None:
    with (folder / WEIGHTS).open("ab") as file:
        file.write(b"more")


def pickle_only(folder: Path) -> None:
    torch.save(load_file(folder / WEIGHTS), folder / "pytorch_model.bin")
    (folder / WEIGHTS).unlink()


def remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def write(name: str, content: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        (folder / name).write_text(content)

    return apply


def elsewhere(name: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        (folder / name).rename(folder.parent / name)
        (folder / name).symlink_to(folder.parent / name)

    return apply


def no_chat_template(folder: Path) -> None:
    (folder / "chat_template.jinja").unlink()


def other_embedding(tensors: dict[str, torch.Tensor]) -> None:
    tensors["model.embed_tokens.weight"] = tensors["model.embed_tokens.weight"][:, :-2].clone()


BROKEN: list[tuple[str, str, Callable[[Path], None]]] = [
    ("missing key", "checkpoint_missing_keys", edit_weights(lambda t: t.pop("model.layers.2.mlp.up_proj.weight"))),
    ("missing final norm", "checkpoint_missing_keys", edit_weights(lambda t: t.pop("model.norm.weight"))),
    ("unexpected key", "checkpoint_unexpected_keys", edit_weights(lambda t: t.update(extra=torch.zeros(2)))),
    ("wrong shape", "checkpoint_mismatched_keys", edit_weights(other_embedding)),
    ("one layer more in the config", "checkpoint_missing_keys", edit_config(num_hidden_layers=7, layer_types=None)),
    ("one layer fewer in the config", "checkpoint_unexpected_keys", edit_config(num_hidden_layers=5, layer_types=None)),
    ("config that contradicts itself", "checkpoint_config_invalid", edit_config(num_attention_heads=3)),
    ("NaN weight", "checkpoint_non_finite", edit_weights(poison(float("nan")))),
    ("infinite weight", "checkpoint_non_finite", edit_weights(poison(float("-inf")))),
    ("truncated weights", "checkpoint_truncated", truncate),
    ("empty weights", "checkpoint_truncated", truncate_to_nothing),
    ("huge header", "checkpoint_header_invalid", huge_header),
    ("garbage header", "checkpoint_header_invalid", garbage_header),
    ("trailing bytes", "checkpoint_header_invalid", append_bytes),
    ("pickled weights only", "checkpoint_pickle_only", pickle_only),
    ("no weights", "checkpoint_weights_missing", remove(WEIGHTS)),
    ("custom code in config.json", "checkpoint_custom_code", edit_config(auto_map={"AutoModel": "x.Y"})),
    (
        "custom code in tokenizer_config.json",
        "checkpoint_custom_code",
        lambda folder: edit_json(folder / "tokenizer_config.json", auto_map={"AutoTokenizer": ["x.Y", None]}),
    ),
    ("unknown model type", "unsupported_architecture", edit_config(model_type="mamba", architectures=None)),
    ("no model type", "unsupported_architecture", edit_config(model_type=None)),
    ("text class on type gemma3", "unsupported_architecture", edit_config(model_type="gemma3")),
    ("a classifier", "unsupported_architecture", edit_config(architectures=["Gemma3TextForSequenceClassification"])),
    ("10^9 layers", "checkpoint_config_invalid", edit_config(num_hidden_layers=10**9, layer_types=None)),
    ("layers that are no number", "checkpoint_config_invalid", edit_config(num_hidden_layers="6")),
    ("more layers than weights", "checkpoint_config_invalid", edit_config(num_hidden_layers=900, layer_types=None)),
    ("a width beyond the weights", "checkpoint_config_invalid", edit_config(hidden_size=1 << 16)),
    ("tokenizer elsewhere", "checkpoint_file_elsewhere", elsewhere("tokenizer.json")),
    ("weights elsewhere", "checkpoint_file_elsewhere", elsewhere(WEIGHTS)),
    ("quantized", "checkpoint_quantized", edit_config(quantization_config={"quant_method": "bitsandbytes"})),
    ("an adapter", "checkpoint_adapter", write("adapter_config.json", "{}")),
    ("no config", "checkpoint_config_missing", remove("config.json")),
    ("config is not JSON", "checkpoint_config_invalid", write("config.json", "{")),
    ("config is a list", "checkpoint_config_invalid", write("config.json", "[]")),
    ("no tokenizer", "tokenizer_missing", remove("tokenizer.json")),
    ("garbage tokenizer", "tokenizer_invalid", write("tokenizer.json", "{}")),
    ("no chat template", "chat_template_missing", no_chat_template),
    ("a tokenizer of another model", "tokenizer_mismatch", edit_config(vocab_size=300)),
]


def assert_one_sentence(error: WorkerError) -> None:
    assert "\n" not in error.message
    assert "Traceback" not in error.message
    assert len(error.message) < 600
    assert error.message.strip() == error.message
    assert error.advice
    assert error.retry == "run_fatal"


@pytest.mark.parametrize(("code", "break_it"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_broken_checkpoint_is_refused_in_one_sentence(
    code: str, break_it: Callable[[Path], None], text: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(text, folder)
    break_it(folder)
    started = time.monotonic()
    with pytest.raises(WorkerError) as caught:
        load(folder)
    assert time.monotonic() - started < 10
    assert caught.value.code == code, caught.value.message
    assert_one_sentence(caught.value)


def shard_elsewhere(folder: Path) -> None:
    elsewhere(sorted(folder.glob("*.safetensors"))[1].name)(folder)


def missing_shard(folder: Path) -> None:
    sorted(folder.glob("*.safetensors"))[1].unlink()


def shard_of_another_place(folder: Path) -> None:
    index = folder / "model.safetensors.index.json"
    content = json.loads(index.read_text())
    content["weight_map"]["model.norm.weight"] = "../model.safetensors"
    index.write_text(json.dumps(content))


def swapped_shards(folder: Path) -> None:
    first, second = sorted(folder.glob("*.safetensors"))[:2]
    shutil.copy(first, second)


@pytest.mark.parametrize(
    ("code", "break_it"),
    [
        ("checkpoint_shard_missing", missing_shard),
        ("checkpoint_file_elsewhere", shard_elsewhere),
        ("checkpoint_index_invalid", shard_of_another_place),
        ("checkpoint_index_invalid", write("model.safetensors.index.json", "{}")),
        ("checkpoint_missing_keys", swapped_shards),
    ],
    ids=[
        "missing shard",
        "link to a shard outside",
        "shard outside the folder",
        "empty index",
        "shard copied over another",
    ],
)
def test_broken_shards_are_refused_in_one_sentence(
    code: str, break_it: Callable[[Path], None], sharded: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(sharded, folder)
    break_it(folder)
    with pytest.raises(WorkerError) as caught:
        load(folder)
    assert caught.value.code == code, caught.value.message
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    ("ref", "code"),
    [
        ("/nonexistent/model", "model_folder_absent"),
        ("./model", "bad_model_ref"),
        ("google gemma!", "bad_model_ref"),
    ],
)
def test_a_reference_to_nothing_is_refused(ref: str, code: str) -> None:
    with pytest.raises(WorkerError) as caught:
        load(ref)
    assert caught.value.code == code
    assert ref in caught.value.message
    assert_one_sentence(caught.value)


def test_a_hub_model_that_is_not_cached_is_refused_offline(tmp_path: Path) -> None:
    code = (
        "from steering_worker.environment import prepare_environment; prepare_environment()\n"
        "from steering_worker.models.load import load_model\n"
        "from steering_worker.errors import WorkerError\n"
        "try: load_model('google/gemma-3-1b-it', None, 'cpu', 'auto', lambda: None)\n"
        "except WorkerError as e: print(e.code, '|', e.message)\n"
    )
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=300, env=environment, check=False
    )
    assert done.stdout.startswith("offline | The model `google/gemma-3-1b-it` "), done.stdout + done.stderr
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("device", "dtype", "code"),
    [
        ("cuda:99", "auto", "device_unavailable"),
        ("tpu", "auto", "bad_device"),
        ("cpu", "float16", "bad_dtype"),
        ("cpu", "int8", "bad_dtype"),
    ],
)
def test_devices_and_dtypes_that_cannot_be_had_are_refused(device: str, dtype: str, code: str, text: Path) -> None:
    with pytest.raises(WorkerError) as caught:
        load(text, device=device, dtype=dtype)
    assert caught.value.code == code
    assert_one_sentence(caught.value)
