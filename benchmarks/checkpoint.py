"""Checkpoints with random weights, as the hub has them: safetensors, a config and a tokenizer."""

import shutil
from pathlib import Path

from benchmarks.paths import WORK
from benchmarks.shape import Shape

SPECIALS = ("<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "<start_of_turn>", "<end_of_turn>")
TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}{{ '<start_of_turn>' + m['role'] + '\\n' + m['content'] "
    "+ '<end_of_turn>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}"
)


def make_checkpoint(shape: Shape) -> Path:
    """The folder of a shape's checkpoint, made where it is not there yet."""
    folder = WORK / "checkpoints" / shape.name
    if (folder / "tokenizer.json").is_file():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    import torch
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig, GenerationConfig

    torch.manual_seed(0)
    config = Gemma3TextConfig(
        **shape.config, pad_token_id=0, eos_token_id=1, bos_token_id=2, tie_word_embeddings=True, dtype="float32"
    )
    model = Gemma3ForCausalLM(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.normal_(0, 0.1 if "norm" in name else shape.spread)
    # End token 1 is in the files because every tool wants one; each contestant is told to decode past it.
    model.generation_config = GenerationConfig(bos_token_id=2, eos_token_id=1, pad_token_id=0)
    model.save_pretrained(folder)
    _save_tokenizer(folder, int(shape.config["vocab_size"]))
    return folder


def _save_tokenizer(folder: Path, vocabulary: int) -> None:
    """Bytes and made-up words up to the vocabulary's size: what text they stand for plays no part here."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    names = [*SPECIALS, *alphabet]
    names += [f"word{number}" for number in range(vocabulary - len(names))]
    ids = {name: number for number, name in enumerate(names)}
    tokenizer = Tokenizer(models.BPE(vocab=ids, merges=[], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(list(SPECIALS))
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>", bos_token="<bos>", unk_token="<unk>"
    )
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
