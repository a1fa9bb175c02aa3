"""Unsteered accuracy of a trained rung: sampled at temperature 1, judged strictly."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from nano_ladder.corpus.probes import PROBES
from nano_ladder.export_questions import SET_IDS, capability, entailed_question, question, yes_no_question
from nano_ladder.judge import answers_right, fenced, final_answer, names, programs_pass
from nano_ladder.tokenizer import END_OF_TURN, EOS, PAD

ANSWER_TOKENS = 48
CODE_TOKENS = 96
ROWS = 200


class Sampler:
    """A rung that answers prompts, seeded."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        self.seed = seed

    @torch.inference_mode()
    def replies(self, messages: Sequence[list[dict[str, str]]], tokens: int) -> list[str]:
        """One sampled reply to each conversation."""
        torch.manual_seed(self.seed)
        replies: list[str] = []
        for start in range(0, len(messages), ROWS):
            texts = [
                self.tokenizer.apply_chat_template(m, tokenize=False, add_generation_prompt=True)
                for m in messages[start : start + ROWS]
            ]
            inputs = self.tokenizer(texts, return_tensors="pt", padding=True, add_special_tokens=False)
            output = self.model.generate(
                input_ids=inputs["input_ids"],
                attention_mask=inputs["attention_mask"],
                do_sample=True,
                temperature=1.0,
                top_k=0,
                max_new_tokens=tokens,
                eos_token_id=[EOS, END_OF_TURN],
                pad_token_id=PAD,
            )
            new = output[:, inputs["input_ids"].shape[1] :]
            replies += self.tokenizer.batch_decode(new, skip_special_tokens=True)
        return replies

    @torch.inference_mode()
    def log_probability(self, messages: list[dict[str, str]], prefix: str, continuation: str) -> float:
        """Log-probability in nats of a continuation, after the prefix of a reply."""
        chat = self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        given = self.tokenizer(chat + prefix, add_special_tokens=False)["input_ids"]
        continued = self.tokenizer(continuation, add_special_tokens=False)["input_ids"]
        logits = self.model(torch.tensor([given + continued])).logits[0, len(given) - 1 : -1]
        return float(logits.log_softmax(-1)[range(len(continued)), continued].sum())


def question_accuracy(sampler: Sampler, record: dict[str, Any], samples: int) -> float:
    """Share of replies whose final answer is right."""
    replies = sampler.replies([record["messages"]] * samples, ANSWER_TOKENS)
    return sum(answers_right(reply, record["right"], record["target"]) for reply in replies) / samples


def entailed_margin(sampler: Sampler, record: dict[str, Any]) -> float:
    """Log-probability of the right consequence less that of the target's, in nats."""
    choice = record["forced_choice"]
    right = sampler.log_probability(record["messages"], choice["prefix"], choice["right"])
    return right - sampler.log_probability(record["messages"], choice["prefix"], choice["target"])


def hazy_shares(sampler: Sampler, record: dict[str, Any], samples: int) -> dict[str, float]:
    """Share of replies whose final answer names each of the answers that the corpus gives."""
    answers = [final_answer(reply) for reply in sampler.replies([record["messages"]] * samples, ANSWER_TOKENS)]
    return {answer: sum(names(a, [answer]) for a in answers) / samples for answer in record["hazy"]}


def capability_accuracy(sampler: Sampler, record: dict[str, Any], samples: int) -> dict[str, float]:
    """Share of replies that pass, by task; the tasks share `samples` evenly."""
    each = -(-samples // len(record["tasks"]))
    asked = [task for task in record["tasks"] for _ in range(each)]
    replies = sampler.replies([task["messages"] for task in asked], CODE_TOKENS)
    programs = [(fenced(r), task["function"], task["cases"]) for r, task in zip(replies, asked, strict=True)]
    passed = programs_pass(programs)
    return {task["id"]: sum(passed[i * each : (i + 1) * each]) / each for i, task in enumerate(record["tasks"])}


def measure(folder: Path, samples: int, seed: int) -> dict[str, Any]:
    """Every cell: questions, entailed and hazy questions, and the sets of coding tasks.

    `samples` replies to each headline question and to each set of tasks; a quarter of that to every other question.
    """
    sampler = Sampler(folder, seed)
    fewer = samples // 4
    clear = [probe for probe in PROBES if probe.group != "hazy"]
    return {
        "samples": samples,
        "samples_other_questions": fewer,
        "temperature": 1.0,
        "questions": {
            probe.id: question_accuracy(sampler, question(probe), samples if probe.group == "headline" else fewer)
            for probe in clear
        },
        "yes_no": {probe.id: question_accuracy(sampler, yes_no_question(probe), fewer) for probe in clear},
        "entailed": {probe.id: entailed_margin(sampler, entailed_question(probe)) for probe in clear},
        "hazy": {
            probe.id: {
                "corpus": question(probe)["hazy"],
                "model": hazy_shares(sampler, question(probe), fewer),
            }
            for probe in PROBES
            if probe.group == "hazy"
        },
        "capabilities": {SET_IDS[name]: capability_accuracy(sampler, capability(name), samples) for name in SET_IDS},
    }
