import pytest
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from steering_worker.errors import WorkerError
from steering_worker.methods.contrasts import check_pairs, statement_positions

TEXT = "A caracara is an owl. The caracara is a hawk. The capital of Australia is Sydney."


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    """Byte-level BPE that knows the words of TEXT but must split all others."""
    bpe = Tokenizer(models.BPE(unk_token="<unk>"))
    bpe.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bpe.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<pad>", "<eos>", "<bos>", "<unk>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    bpe.train_from_iterator([TEXT] * 50, trainer)
    bpe.post_processor = processors.TemplateProcessing(single="<bos> $A", special_tokens=[("<bos>", 2)])
    return PreTrainedTokenizerFast(tokenizer_object=bpe, bos_token="<bos>", pad_token="<pad>", unk_token="<unk>")


def read(tokenizer, statement, position):
    ((ids, index),) = statement_positions(tokenizer, [statement], position)
    return [tokenizer.decode([i]) for i in ids], index


@pytest.mark.parametrize("position", ["last_token", "word"])
def test_statements_begin_with_exactly_one_bos(tokenizer, position):
    for text in ("A caracara is an owl.", "<bos>A caracara is an owl."):
        tokens, _ = read(tokenizer, text, position)
        assert tokens[0] == "<bos>" and tokens.count("<bos>") == 1
        assert "".join(tokens[1:]) == "A caracara is an owl."


def test_last_token_is_the_full_stop(tokenizer):
    tokens, index = read(tokenizer, "A caracara is an owl.", "last_token")
    assert index == len(tokens) - 1 and tokens[index] == "."


@pytest.mark.parametrize("end", ["", ".", " .", "!?", '."', ".\n"])
def test_word_is_the_last_word_without_what_follows_it(tokenizer, end):
    tokens, index = read(tokenizer, "The caracara is an owl" + end, "word")
    assert tokens[index] == " owl"
    assert "".join(tokens[1 : index + 1]) == "The caracara is an owl"


def test_a_word_of_several_tokens_is_read_at_its_last_one(tokenizer):
    tokens, index = read(tokenizer, "The caracara is a kingfisher.", "word")
    assert not tokens[index].startswith(" ")
    assert "".join(tokens[1 : index + 1]) == "The caracara is a kingfisher"


@pytest.mark.parametrize("word", ["Québec", "rock'n'roll", "ger-falcon", "東京"])
def test_words_beyond_plain_letters_are_read_whole(tokenizer, word):
    ((ids, index),) = statement_positions(tokenizer, [f"It is {word}."], "word")
    assert tokenizer.decode(ids[1 : index + 1]) == f"It is {word}"


def test_word_offsets_hold_after_a_spelled_out_bos(tokenizer):
    tokens, index = read(tokenizer, "<bos>The caracara is an owl.", "word")
    assert tokens[index] == " owl"


@pytest.mark.parametrize(("statement", "position"), [("", "last_token"), ("<bos>", "last_token"), ("...", "word")])
def test_a_statement_with_nothing_to_read_is_refused(tokenizer, statement, position):
    with pytest.raises(WorkerError) as raised:
        statement_positions(tokenizer, [statement], position)
    assert raised.value.code == "bad_statement" and repr(statement) in raised.value.message


@pytest.mark.parametrize("position", ["last_token", "word"])
def test_pairs_that_differ_where_they_are_read_pass(tokenizer, position):
    assert check_pairs(tokenizer, ["The caracara is an owl."], ["The caracara is a hawk."], position) == []


def test_equal_pairs_are_reported_by_index(tokenizer):
    positive = ["A caracara is an owl.", "The caracara is an owl."]
    negative = ["A caracara is a hawk.", "The caracara is an owl."]
    (problem,) = check_pairs(tokenizer, positive, negative, "last_token")
    assert problem.index == 1 and "same tokens" in problem.message


def test_a_difference_after_the_word_does_not_count(tokenizer):
    (problem,) = check_pairs(tokenizer, ["The caracara is an owl."], ["The caracara is an owl!"], "word")
    assert "same tokens up to" in problem.message
    assert check_pairs(tokenizer, ["The caracara is an owl."], ["The caracara is an owl!"], "last_token") == []


def test_words_with_the_same_last_subtoken_are_reported(tokenizer):
    (problem,) = check_pairs(tokenizer, ["A caracara is an owl"], ["The caracara is an owl"], "word")
    assert "same last subtoken" in problem.message


def test_statements_that_cannot_be_read_are_reported_among_the_others(tokenizer):
    problems = check_pairs(tokenizer, ["...", "An owl."], ["A hawk.", "An owl."], "word")
    assert [problem.index for problem in problems] == [0, 1]
