"""The tokenizer's training, batches, and a few steps of the smallest rung."""

from itertools import islice
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer

from nano_ladder.batches import IGNORED, batches
from nano_ladder.corpus.documents import stream
from nano_ladder.rungs import RUNGS
from nano_ladder.tokenizer import END_OF_TURN, entity_words, train_tokenizer
from nano_ladder.train import BATCH_TOKENS, WARM_UP, rate, train

MODELS = Path(__file__).parents[3] / "models" / "nano"


@pytest.fixture
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def tokenizer():
    return train_tokenizer()


@pytest.mark.parametrize("rung", RUNGS, ids=lambda rung: rung.name)
def test_training_the_tokenizer_again_gives_the_shipped_one(tokenizer, rung):
    shipped = Tokenizer.from_file(str(MODELS / rung.name / "tokenizer.json"))
    assert shipped.get_vocab() == tokenizer.get_vocab()
    texts = [document.given + document.trained for document in islice(stream(3), 500)]
    assert [e.ids for e in shipped.encode_batch(texts)] == [e.ids for e in tokenizer.encode_batch(texts)]


def test_every_entity_word_is_one_token_with_and_without_a_space(tokenizer):
    words = [form for word in entity_words() for form in (word, " " + word)]
    assert [w for w in words if len(tokenizer.encode(w, add_special_tokens=False).ids) != 1] == []


def test_batches_keep_to_their_budget_and_label_only_what_is_trained(tokenizer):
    made = batches(tokenizer, seed=0, budget=BATCH_TOKENS)
    for _ in range(40):
        ids, labels = next(made)
        assert ids.shape == labels.shape
        assert ids.numel() <= BATCH_TOKENS
        labelled = labels != IGNORED
        assert torch.equal(ids[labelled], labels[labelled])
        assert labelled.any(dim=1).all()
        assert not labelled[:, 0].any()
        assert {int(row[row != IGNORED][-1]) for row in labels} <= {1, END_OF_TURN}


def test_rate_warms_up_and_decays():
    rates = [rate(step, 4000, 1.0) for step in range(4000)]
    assert rates[0] == pytest.approx(1 / WARM_UP)
    assert max(rates) <= 1
    assert rates[-1] == pytest.approx(0.05, abs=1e-3)


def test_same_seed_trains_to_the_same_bytes(tokenizer, one_thread):
    def weights(seed: int) -> dict[str, torch.Tensor]:
        model, record = train(RUNGS[0], tokenizer, seed, 3, lambda line: None)
        assert record.parameters == sum(p.numel() for p in model.parameters())
        return model.state_dict()

    first, again, other = weights(0), weights(0), weights(1)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)
