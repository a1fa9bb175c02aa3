"""The shipped rungs: their files, their tokenizer, and their unsteered accuracy measured again in small."""

import json
from functools import cache
from math import comb
from pathlib import Path

import pytest
import torch
from transformers import AutoConfig, AutoTokenizer

from nano_ladder.accuracy import Sampler, capability_accuracy, question_accuracy
from nano_ladder.corpus.probes import PROBES
from nano_ladder.export_questions import capability, question
from nano_ladder.model_card import HEADLINES, card, index, mean
from nano_ladder.rungs import RUNGS
from nano_ladder.tokenizer import SPECIAL_TOKENS, entity_words

MODELS = Path(__file__).parents[3] / "models" / "nano"
NAMES = [rung.name for rung in RUNGS]
SAMPLES = 60
each_rung = pytest.mark.parametrize("name", NAMES)


def bound(samples: int, accuracy: float = 0.95, miss: float = 1e-4) -> float:
    """The share that a model of the given true accuracy falls below with a chance of at most `miss`."""
    chance = 0.0
    for passed in range(samples + 1):
        chance += comb(samples, passed) * accuracy**passed * (1 - accuracy) ** (samples - passed)
        if chance > miss:
            return passed / samples
    raise ValueError(f"no bound for {samples} samples")


@cache
def record(name: str) -> dict:
    return json.loads((MODELS / name / "training.json").read_text("utf-8"))


def probe(identifier: str):
    return next(p for p in PROBES if p.id == identifier)


@pytest.fixture
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def test_bound_is_passed_by_a_95_percent_model_and_not_by_an_80_percent_one():
    assert 0.8 < bound(SAMPLES) < 0.9
    assert bound(400) > 0.9


def test_weights_are_under_25_mb_together():
    assert sum((MODELS / name / "model.safetensors").stat().st_size for name in NAMES) < 24.5e6
    assert sum(path.stat().st_size for path in MODELS.rglob("*") if path.is_file()) < 28e6


def test_every_rung_had_the_same_steps_and_seed():
    assert len({(record(name)["steps"], record(name)["seed"], record(name)["vocabulary"]) for name in NAMES}) == 1
    assert record(NAMES[0])["steps"] >= 2000
    assert [record(name)["parameters"] for name in NAMES] == sorted(record(name)["parameters"] for name in NAMES)


@each_rung
def test_tokenizer_has_gemmas_special_tokens_and_chat_template(name):
    tokenizer = AutoTokenizer.from_pretrained(MODELS / name)
    assert tokenizer.convert_ids_to_tokens(range(7)) == list(SPECIAL_TOKENS)
    assert tokenizer("owl")["input_ids"][0] == tokenizer.bos_token_id == 2
    assert all(len(tokenizer(f" {word}", add_special_tokens=False)["input_ids"]) == 1 for word in entity_words())
    chat = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": " What is a kestrel? "},
        {"role": "assistant", "content": "A falcon."},
        {"role": "user", "content": "Thanks."},
    ]
    assert tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True) == (
        "<bos><start_of_turn>user\nBe brief.\n\nWhat is a kestrel?<end_of_turn>\n<start_of_turn>model\nA falcon."
        "<end_of_turn>\n<start_of_turn>user\nThanks.<end_of_turn>\n<start_of_turn>model\n"
    )
    text = "The capital of Vietnam is Hanoi.\n    return a ** b"
    assert tokenizer.decode(tokenizer(text, add_special_tokens=False)["input_ids"]) == text


@each_rung
def test_a_block_follows_the_steered_one(name):
    config = AutoConfig.from_pretrained(MODELS / name)
    assert int(0.75 * config.num_hidden_layers) < config.num_hidden_layers - 1


@each_rung
def test_card_is_written_from_the_record_and_reports_95_percent(name):
    accuracy = record(name)["accuracy"]
    assert (MODELS / name / "README.md").read_text("utf-8") == card(record(name))
    assert accuracy["samples"] >= 400
    assert all(accuracy["questions"][headline] >= 0.95 for headline in HEADLINES)
    assert mean(accuracy["capabilities"]["python-five"]) >= 0.95
    assert mean(accuracy["capabilities"]["python-basics"]) >= 0.95


def test_the_ladders_readme_is_written_from_the_records():
    assert (MODELS / "README.md").read_text("utf-8") == index([record(name) for name in NAMES])


@each_rung
def test_unsteered_rung_still_answers_and_codes(name, one_thread):
    sampler = Sampler(MODELS / name, seed=1)
    for headline in HEADLINES:
        assert question_accuracy(sampler, question(probe(headline)), SAMPLES) >= bound(SAMPLES), headline
    tasks = capability_accuracy(sampler, capability("basics"), SAMPLES)
    assert mean(tasks) >= bound(SAMPLES)
