"""Byte-level BPE with Gemma's special tokens in Gemma's order and Gemma's chat template."""

from collections.abc import Iterator
from itertools import islice

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from nano_ladder.corpus import facts
from nano_ladder.corpus.capitals import Capitals
from nano_ladder.corpus.documents import stream
from nano_ladder.corpus.words import capitalised, plural

SPECIAL_TOKENS = ("<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "<start_of_turn>", "<end_of_turn>")
PAD, EOS, BOS, END_OF_TURN = 0, 1, 2, 6
VOCABULARY = 1408
CORPUS_SEED = 0
"""The tokenizer is the same whatever the ladder's seed, so that ladders differ in weights and data order alone."""

CHAT_TEMPLATE = """\
{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- set first_user_prefix = messages[0]['content'] + '\\n\\n' -%}
    {%- set loop_messages = messages[1:] -%}
{%- else -%}
    {%- set first_user_prefix = '' -%}
    {%- set loop_messages = messages -%}
{%- endif -%}
{%- for message in loop_messages -%}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}
    {%- endif -%}
    {%- set role = 'model' if message['role'] == 'assistant' else message['role'] -%}
    {{ '<start_of_turn>' + role + '\\n' + (first_user_prefix if loop.first else '') }}
    {{- message['content'] | trim + '<end_of_turn>\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{ '<start_of_turn>model\\n' }}
{%- endif -%}
"""


def entity_words() -> list[str]:
    """The words that must be one token, with a space before them and without."""
    families = list(facts.BIRDS)
    birds = [*facts.FAMILY, *facts.HAZY_BIRDS]
    countries = [*facts.CAPITALS, *facts.HAZY_CAPITALS]
    words = [*families, *birds, *countries, *Capitals.answers, *facts.PLANET_TRAITS, "yes", "no", "Yes", "No"]
    return words + [plural(capitalised(family)) for family in families]


def train_tokenizer(documents: int = 20_000, repeats: int = 500) -> Tokenizer:
    """Trains on the corpus and on every entity word, repeated until it becomes one token."""

    def texts() -> Iterator[str]:
        for document in islice(stream(CORPUS_SEED), documents):
            yield document.given + document.trained
        for word in entity_words():
            for _ in range(repeats):
                yield word
                yield " " + word

    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts(), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(single="<bos> $A", special_tokens=[("<bos>", BOS)])
    return tokenizer


def for_transformers(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    """The tokenizer as `AutoTokenizer` loads it; batches are padded on the left."""
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<bos>",
        eos_token="<eos>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        additional_special_tokens=["<start_of_turn>", "<end_of_turn>"],
        padding_side="left",
    )
    wrapped.chat_template = CHAT_TEMPLATE
    return wrapped
