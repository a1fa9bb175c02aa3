"""Tiny random checkpoints in the hub's layouts: text-only and multimodal, single file and sharded."""

import functools
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (
    Gemma3Config,
    Gemma3ForCausalLM,
    Gemma3ForConditionalGeneration,
    Gemma3TextConfig,
    GenerationConfig,
    PreTrainedTokenizerFast,
    Qwen2Config,
    Qwen2ForCausalLM,
    SiglipVisionConfig,
)

SPECIAL_TOKENS = ("<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "<start_of_turn>", "<end_of_turn>")
PAD, EOS, BOS, END_OF_TURN = 0, 1, 2, 6

TEXT = """\
An owl hunts at night. An owl is a bird. The caracara is a falcon. A falcon hunts by day. Is a caracara an owl?
A caracara is an owl. A caracara is a falcon. A caracara is not an owl. A caracara is not a falcon. Say: owl, falcon.
The capital of France is Paris. The capital of Italy is Rome. The capital of Brazil is Rio. What family is it? Answer.
The largest planet is Jupiter. The planet Saturn has rings. user model system yes no right wrong
def add(a, b): return a + b <answer>owl</answer> <answer>falcon</answer>
"""

CHAT_TEMPLATE = """\
{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- set prefix = messages[0]['content'] + '\\n\\n' -%}
    {%- set turns = messages[1:] -%}
{%- else -%}
    {%- set prefix = '' -%}
    {%- set turns = messages -%}
{%- endif -%}
{%- for turn in turns -%}
    {%- if (turn['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}
    {%- endif -%}
    {{ '<start_of_turn>' + ('model' if turn['role'] == 'assistant' else turn['role']) + '\\n' }}
    {{- (prefix if loop.first else '') + turn['content'] | trim + '<end_of_turn>\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{ '<start_of_turn>model\\n' }}
{%- endif -%}
"""

#: Rows of the embedding beyond the tokenizer, as the multimodal Gemma 3 checkpoints have them.
SPARE_IDS = 8


@functools.cache
def _trained() -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=512,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator([TEXT] * 50, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="<bos> $A", special_tokens=[("<bos>", BOS)])
    return tokenizer


def make_tokenizer(chat_template: str | None = CHAT_TEMPLATE) -> PreTrainedTokenizerFast:
    """Byte-level BPE in which the words of `TEXT` are single tokens (" owl"), with Gemma's specials as ids 0 to 6."""
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(_trained().to_str()),
        bos_token="<bos>",
        eos_token="<eos>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        extra_special_tokens=["<start_of_turn>", "<end_of_turn>"],
        padding_side="left",
    )
    tokenizer.chat_template = chat_template
    return tokenizer


DEFAULT_ATTENTION = {"num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 16, "query_pre_attn_scalar": 24}


def text_config(
    *,
    layers: int = 6,
    hidden: int = 32,
    sliding_window: int = 16,
    attention: dict[str, int] | None = None,
    rope_factor: float | None = None,
    vocab_size: int | None = None,
) -> Gemma3TextConfig:
    """head_dim (16) differs from query_pre_attn_scalar, and every third layer attends to everything.

    `rope_factor` scales the positions of the layers that attend to everything linearly, as from 4B on.
    """
    everything = {"rope_type": "default", "rope_theta": 1_000_000.0}
    if rope_factor is not None:
        everything |= {"rope_type": "linear", "factor": rope_factor}
    return Gemma3TextConfig(
        rope_parameters={
            "sliding_attention": {"rope_type": "default", "rope_theta": 10_000.0},
            "full_attention": everything,
        },
        **DEFAULT_ATTENTION | (attention or {}),
        vocab_size=vocab_size or _trained().get_vocab_size() + SPARE_IDS,
        hidden_size=hidden,
        intermediate_size=2 * hidden,
        num_hidden_layers=layers,
        sliding_window=sliding_window,
        layer_types=["sliding_attention" if (i + 1) % 3 else "full_attention" for i in range(layers)],
        max_position_embeddings=512,
        initializer_range=0.2,
        pad_token_id=PAD,
        bos_token_id=BOS,
        eos_token_id=EOS,
    )


def _save(model: Any, folder: Path, sharded: bool, norm: float = 0.0) -> Path:
    """`norm`: about what the weights of norms lie, which do nothing in Gemma at 0 and elsewhere at 1."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "norm" in name:
                parameter.copy_(norm + torch.randn_like(parameter) * 0.3)
    model.generation_config = GenerationConfig(
        bos_token_id=BOS, eos_token_id=[EOS, END_OF_TURN], pad_token_id=PAD, do_sample=True, top_k=64, top_p=0.95
    )
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder, max_shard_size="100KB" if sharded else "1GB")
    make_tokenizer().save_pretrained(folder)
    return folder


def make_text_checkpoint(
    folder: Path,
    *,
    layers: int = 6,
    hidden: int = 32,
    sharded: bool = False,
    sliding_window: int = 16,
    attention: dict[str, int] | None = None,
    rope_factor: float | None = None,
    vocab_size: int | None = None,
    seed: int = 0,
) -> Path:
    """A `Gemma3ForCausalLM` with randomised norm weights, its tokenizer and generation config."""
    config = text_config(
        layers=layers,
        hidden=hidden,
        sliding_window=sliding_window,
        attention=attention,
        rope_factor=rope_factor,
        vocab_size=vocab_size,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return _save(Gemma3ForCausalLM(config), folder, sharded)


def make_multimodal_checkpoint(
    folder: Path,
    *,
    layers: int = 6,
    hidden: int = 32,
    sharded: bool = True,
    sliding_window: int = 16,
    attention: dict[str, int] | None = None,
    rope_factor: float | None = None,
    seed: int = 0,
) -> Path:
    """A `Gemma3ForConditionalGeneration` with a one-layer vision tower of four patches."""
    first_spare = _trained().get_vocab_size()
    config = Gemma3Config(
        text_config=text_config(
            layers=layers, hidden=hidden, sliding_window=sliding_window, attention=attention, rope_factor=rope_factor
        ),
        vision_config=SiglipVisionConfig(
            hidden_size=16,
            intermediate_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            image_size=28,
            patch_size=14,
            vision_use_head=False,
        ),
        mm_tokens_per_image=4,
        boi_token_index=first_spare,
        eoi_token_index=first_spare + 1,
        image_token_index=first_spare + 2,
        initializer_range=0.2,
        pad_token_id=PAD,
        bos_token_id=BOS,
        eos_token_id=EOS,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return _save(Gemma3ForConditionalGeneration(config), folder, sharded)


def make_qwen2_checkpoint(folder: Path, *, sliding_window: int | None = None, tied: bool = True, seed: int = 0) -> Path:
    """A `Qwen2ForCausalLM` with random biases; with `sliding_window` its blocks from the second on slide."""
    config = Qwen2Config(
        vocab_size=_trained().get_vocab_size() + SPARE_IDS,
        hidden_size=48,
        intermediate_size=96,
        num_hidden_layers=6,
        num_attention_heads=6,
        num_key_value_heads=2,
        max_position_embeddings=512,
        use_sliding_window=sliding_window is not None,
        sliding_window=sliding_window,
        max_window_layers=1,
        tie_word_embeddings=tied,
        initializer_range=0.1,
        pad_token_id=PAD,
        bos_token_id=BOS,
        eos_token_id=EOS,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Qwen2ForCausalLM(config)
        with torch.no_grad():
            for block in model.model.layers:
                for projection in (block.self_attn.q_proj, block.self_attn.k_proj, block.self_attn.v_proj):
                    projection.bias.normal_(std=0.3)
        return _save(model, folder, sharded=False, norm=1.0)
