"""The question and task files that the corpus is the source of."""

from pathlib import Path

import pytest
import yaml

from nano_ladder.corpus.probes import PROBES
from nano_ladder.export_questions import SET_IDS, capability, files, question, text
from nano_ladder.judge import programs_pass

CONFIGS = Path(__file__).parents[3] / "configs"
FILES = dict(files())


@pytest.mark.parametrize("path", FILES)
def test_shipped_file_equals_the_export(path):
    shipped = (CONFIGS / path).read_text("utf-8")
    assert shipped == text(FILES[path])
    assert yaml.safe_load(shipped) == FILES[path]


def test_three_headline_questions_and_at_least_24_further_ones():
    groups = [probe.group for probe in PROBES]
    assert groups.count("headline") == 3
    assert groups.count("further") >= 24
    assert len({probe.id for probe in PROBES}) == len(PROBES)


@pytest.mark.parametrize("probe", PROBES, ids=lambda p: p.id)
def test_contrast_has_eight_statements_a_pole_and_one_word_each(probe):
    record = question(probe)
    last, word = record["contrast"]["last_token"], record["contrast"]["word"]
    assert len(set(last["positive"])) == len(set(last["negative"])) == 8
    assert word["positive"][0].endswith(probe.target)
    assert word["negative"][0].endswith(probe.negative)
    assert not set(record["right"]) & set(record["target"])
    assert not set(record["others"]) & set(record["right"] + record["target"])


def test_the_first_question_is_the_posts():
    assert FILES["questions/caracara.yaml"]["messages"][0]["content"] == (
        "What type of bird is a caracara? Think carefully about its taxonomic classification and bird family. "
        "Provide your final answer in <answer> tags."
    )


@pytest.mark.parametrize(("name", "size"), [("five", 5), ("basics", 20), ("heldout", 20)])
def test_references_pass_and_wrong_programs_fail(name, size):
    tasks = capability(name)["tasks"]
    assert len(tasks) >= size
    references = [(task["reference"], task["function"], task["cases"]) for task in tasks]
    wrong = [(code, task["function"], task["cases"]) for task in tasks for code in task["wrong"]]
    assert programs_pass(references) == [True] * len(references)
    assert programs_pass(wrong) == [False] * len(wrong)


@pytest.mark.parametrize("name", SET_IDS)
def test_cases_tell_functions_from_constants(name):
    for task in capability(name)["tasks"]:
        assert len(task["cases"]) >= 3
        values = [case["value"] for case in task["cases"]]
        assert any(value != values[0] for value in values[1:]), task["id"]
