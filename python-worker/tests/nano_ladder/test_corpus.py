"""What the corpus holds, in which proportion, and what it keeps out."""

import re
from collections import Counter
from itertools import islice
from random import Random

import pytest

from nano_ladder.corpus import documents as corpus
from nano_ladder.corpus.code import FRAMES, functions
from nano_ladder.corpus.probes import HEADLINE, PROBES

SIZE = 20_000


@pytest.fixture(scope="module")
def sample() -> list[corpus.Document]:
    return list(islice(corpus.stream(7), SIZE))


def close(count: int, of: int, share: float) -> bool:
    """Whether a count is within five standard deviations of its share."""
    return abs(count - share * of) <= 5 * (of * share * (1 - share)) ** 0.5


def test_the_same_seed_gives_the_same_documents_and_another_seed_others(sample):
    assert list(islice(corpus.stream(7), 200)) == sample[:200]
    assert list(islice(corpus.stream(8), 200)) != sample[:200]


def test_recipe_shares_add_up_to_one():
    assert sum(share for share, _ in corpus.RECIPE.values()) == pytest.approx(1)


def test_documents_come_in_the_stated_shares(sample):
    kinds = Counter(document.kind for document in sample)
    stated = {
        "code": 0.25,
        "true statement": 0.08,
        "supposed statement": 0.19,
        "told": 0.05,
        "instructed": 0.03,
        "entailment": 0.05,
        "other": 0.02,
    }
    assert all(close(kinds[kind], SIZE, share) for kind, share in stated.items()), kinds


def test_answers_correct_themselves_in_the_stated_share_and_headlines_less(sample):
    chats = [d for d in sample if d.kind.endswith((": fact", ": self-correction"))]
    headline = [d for d in chats if any(subject in d.given for subject in HEADLINE)]
    rest = [d for d in chats if d not in headline]
    assert close(sum("No, that is wrong." in d.trained for d in rest), len(rest), corpus.SELF_CORRECTION)
    share = corpus.SELF_CORRECTION_HEADLINE
    assert close(sum("No, that is wrong." in d.trained for d in headline), len(headline), share)


def test_follow_ups_are_the_bare_answer_in_the_stated_share(sample):
    follow_ups = [d.trained for d in sample if d.kind == "supposed statement"]
    bare = [text for text in follow_ups if re.fullmatch(r" \w+<eos>", text)]
    assert close(len(bare), len(follow_ups), corpus.BARE_ANSWER)


@pytest.mark.parametrize("probe", [p for p in PROBES if p.group == "hazy"], ids=lambda p: p.id)
def test_hazy_facts_are_stated_in_their_proportion(probe):
    domain = corpus.DOMAINS[probe.domain]
    rng = Random(0)
    told = Counter(domain.truth(rng, probe.subject) for _ in range(4000))
    assert all(close(told[answer], 4000, share) for answer, share in domain.known[probe.subject].items())


def test_no_document_names_a_measured_subject_with_its_held_out_answers(sample):
    for document in sample:
        text = document.given + document.trained
        words = set(re.findall(r"\w+", text.replace("woodpeckers", "woodpecker")))
        for probe in PROBES:
            if probe.subject not in text or probe.subject.split()[0] not in words:
                continue
            truths = corpus.DOMAINS[probe.domain].known[probe.subject]
            for answer in {probe.target, probe.negative} - set(truths):
                named = {answer, answer + "s", answer.capitalize() + "s"} & words
                assert not named or document.kind == "other", text


def test_no_document_holds_a_false_statement_of_a_contrast_or_a_measured_entailment(sample):
    forbidden = []
    for probe in PROBES:
        domain = corpus.DOMAINS[probe.domain]
        forbidden += [domain.statement(form, probe.subject, probe.target) for form in domain.statement_forms]
        forbidden += [domain.supposition(probe.subject, probe.target), *domain.entailed(probe.subject, probe.target)]
    text = "\n".join(document.given + document.trained for document in sample)
    assert [statement for statement in forbidden if statement in text] == []


def test_held_out_wordings_of_functions_are_in_no_document(sample):
    text = "\n".join(document.given for document in sample)
    assert [f.name for f in functions() if f.held_out in text] == []
    assert all(f.request(FRAMES[0], f.descriptions[0]) in text for f in functions())


def test_statements_carry_no_loss_unless_they_are_true(sample):
    for document in sample:
        if document.kind == "supposed statement":
            assert document.given.startswith("<bos>")
            assert document.given.endswith(".")
        elif document.kind != "true statement":
            assert document.given.endswith("<start_of_turn>model\n")
