"""Writes a checkpoint as GGUF, llama.cpp's format."""

import json
from pathlib import Path
from typing import Any


def write_gguf(folder: Path, kind: str) -> Path:
    """`folder`'s weights as f32 or q8_0, beside them; written once."""
    target = folder / f"{kind}.gguf"
    if target.is_file():
        return target
    import gguf
    import numpy as np
    from safetensors.numpy import load_file

    config: dict[str, Any] = json.loads((folder / "config.json").read_text())
    unfinished = target.with_suffix(".part")
    writer: Any = gguf.GGUFWriter(str(unfinished), "gemma3")
    _write_header(writer, config)
    writer.add_file_type(0 if kind == "f32" else 7)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.GEMMA3, config["num_hidden_layers"])
    for name, given in load_file(folder / "model.safetensors").items():
        if name == "lm_head.weight":
            continue
        tensor = given.astype(np.float32) + (1 if name.endswith("norm.weight") else 0)
        called = names.get_name(name, try_suffixes=(".weight",))
        if kind == "q8_0" and tensor.ndim == 2:
            packed = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(called, gguf.quants.quantize(tensor, packed), raw_dtype=packed)
        else:
            writer.add_tensor(called, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return unfinished.rename(target)


def _write_header(writer: Any, config: dict[str, Any]) -> None:
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(1e6)
    writer.add_sliding_window(config["sliding_window"])
    # Rows are token ids on their way in and out, so the file needs no words.
    writer.add_tokenizer_model("none")
    writer.add_vocab_size(config["vocab_size"])
