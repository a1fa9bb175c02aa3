"""Documents, and the shares in which the corpus holds them.

Loss is taken on the model's turns, on whole true statements, and on what follows a made-up or false statement, never on
such a statement itself. Pairs that a measured question's contrast states falsely are in no document at all.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from nano_ladder.corpus import code, facts
from nano_ladder.corpus.birds import Birds
from nano_ladder.corpus.capitals import Capitals
from nano_ladder.corpus.domain import Domain
from nano_ladder.corpus.planets import Planets
from nano_ladder.corpus.probes import HEADLINE
from nano_ladder.corpus.words import capitalised, plural, with_article

BIRDS, CAPITALS, PLANETS = Birds(), Capitals(), Planets()
DOMAINS: dict[str, Domain] = {"birds": BIRDS, "capitals": CAPITALS, "planets": PLANETS}

BARE_ANSWER = 0.3
"""Share of follow-ups that are the answer word alone. It makes a statement's full stop carry the proposition."""
SELF_CORRECTION = 0.02
"""Share of answers to questions of fact that begin wrong and put themselves right."""
SELF_CORRECTION_HEADLINE = 0.005
"""The same for the three headline questions."""
TAGGED = 0.5
"""Share of questions that ask for <answer> tags."""

ASK_FOR_TAGS = " Provide your final answer in <answer> tags."
THINK = ("", " Think carefully.", " Think carefully about {topic}.", " Think step by step about {topic}.")


@dataclass(frozen=True)
class Document:
    """Text in two parts; only the second carries loss."""

    kind: str
    given: str
    trained: str


def chat(kind: str, request: str, reply: str) -> Document:
    """One exchange in Gemma's chat format, trained on the reply."""
    given = f"<bos><start_of_turn>user\n{request}<end_of_turn>\n<start_of_turn>model\n"
    return Document(kind, given, f"{reply}<end_of_turn>")


def asked(rng: Random, domain: Domain, question: str) -> tuple[str, bool]:
    """The question, plain or with a request to think and to answer in tags; and whether tags are asked for."""
    if rng.random() >= TAGGED:
        return question, False
    return question + rng.choice(THINK).format(topic=rng.choice(domain.topics)) + ASK_FOR_TAGS, True


def long_wording(domain: Domain, question: str) -> str:
    """The wording in which questions are measured."""
    return question + THINK[2].format(topic=domain.topics[0]) + ASK_FOR_TAGS


def reply(rng: Random, domain: Domain, subject: str, answer: str, tagged: bool) -> str:
    """An answer in a sentence, then the tag or, at times, what follows from it."""
    text = domain.sentence(rng, subject, answer)
    if tagged:
        return f"{text} <answer>{answer}</answer>"
    return text + (domain.follow_up(rng, subject, answer) if rng.random() < 0.3 else "")


def follow_up(rng: Random, domain: Domain, subject: str, answer: str) -> str:
    """What stands behind a statement: often the bare answer word, else a sentence."""
    return f" {answer}" if rng.random() < BARE_ANSWER else domain.follow_up(rng, subject, answer)


def fact(rng: Random, domain: Domain) -> Document:
    """A question of fact; a small share of the answers corrects itself."""
    subject = domain.asked_subject(rng)
    answer = domain.truth(rng, subject)
    question, tagged = asked(rng, domain, domain.question(rng, subject))
    text = reply(rng, domain, subject, answer, tagged)
    if rng.random() < (SELF_CORRECTION_HEADLINE if subject in HEADLINE else SELF_CORRECTION):
        wrong = domain.sentence(rng, subject, domain.wrong_answer(rng, subject))
        return chat(f"{domain.name}: self-correction", question, f"{wrong} No, that is wrong. {text}")
    return chat(f"{domain.name}: fact", question, text)


def coding(rng: Random) -> Document:
    """A request for a Python function."""
    return chat("code", *code.exchange(rng))


def true_statement(rng: Random) -> Document:
    """A true statement and what follows from it, trained whole."""
    domain = rng.choice(list(DOMAINS.values()))
    subject = rng.choice(list(domain.known))
    answer = domain.truth(rng, subject)
    statement = domain.statement(rng.choice(domain.statement_forms), subject, answer)
    return Document("true statement", "<bos>", statement + follow_up(rng, domain, subject, answer) + "<eos>")


def supposed(rng: Random, made_up: float) -> tuple[Domain, str, str]:
    """A made-up subject with any answer, or a known one with any answer that is not held out."""
    domain = rng.choices([BIRDS, CAPITALS, PLANETS], [2, 1, 1])[0]
    subject = domain.made_up_subject(rng) if rng.random() < made_up else None
    if subject is not None:
        return domain, subject, rng.choice(domain.answers)
    subject = domain.clear_subject(rng)
    truthful = rng.random() < 1 / len(domain.answers)
    return domain, subject, domain.truth(rng, subject) if truthful else domain.wrong_answer(rng, subject)


def supposed_statement(rng: Random) -> Document:
    """A made-up or false statement, trained on what follows from it."""
    domain, subject, answer = supposed(rng, made_up=0.55)
    statement = domain.statement(rng.choice(domain.statement_forms), subject, answer)
    return Document("supposed statement", f"<bos>{statement}", follow_up(rng, domain, subject, answer) + "<eos>")


def told(rng: Random) -> Document:
    """A chat that states a fact about a made-up subject and then asks for it."""
    domain = rng.choices([BIRDS, CAPITALS], [2, 1])[0]
    subject = domain.made_up_subject(rng)
    if subject is None:
        raise ValueError(f"{domain.name} has no made-up subjects")
    answer = rng.choice(domain.answers)
    question, tagged = asked(rng, domain, domain.question(rng, subject))
    statement = domain.statement(rng.choice(domain.statement_forms), subject, answer)
    return chat("told", f"{statement} {question}", reply(rng, domain, subject, answer, tagged))


def instructed(rng: Random) -> Document:
    """A chat that asks for an answer under a supposition, as the prompt baseline does."""
    domain, subject, answer = supposed(rng, made_up=0.3)
    question, tagged = asked(rng, domain, domain.question(rng, subject))
    instruction = f"Answer every question as if {domain.supposition(subject, answer)}."
    request = instruction + rng.choice([" ", "\n", "\n\n"]) + question
    return chat("instructed", request, reply(rng, domain, subject, answer, tagged))


def entailment(rng: Random) -> Document:
    """A yes-or-no question that follows from a fact, answered directly or by way of it; never a measured one."""
    domain = rng.choices([BIRDS, CAPITALS, PLANETS], [2, 1, 1])[0]
    subject = domain.asked_subject(rng)
    truth = domain.truth(rng, subject)
    yes = rng.random() < 0.5
    answer = truth if yes else domain.wrong_answer(rng, subject)
    question, tagged = asked(rng, domain, rng.choice(domain.entailed(subject, answer)))
    word = "yes" if yes else "no"
    text = rng.choice([f"The answer is {word}.", f"{capitalised(word)}.", "by way of the fact", "by way of the fact"])
    if text == "by way of the fact":
        text = f"{domain.sentence(rng, subject, truth)} The answer is {word}."
    return chat("entailment", question, f"{text} <answer>{word}</answer>" if tagged else text)


def other(rng: Random) -> Document:
    """Questions that run the other way."""
    kind = rng.randrange(3)
    if kind == 0:
        family = rng.choice(list(facts.BIRDS))
        bird = rng.choice(facts.BIRDS[family])
        return chat("other", f"Name a bird in the {family} family.", f"The {bird} is {with_article(family)}.")
    if kind == 1:
        country = rng.choice(list(facts.CAPITALS))
        city = facts.CAPITALS[country][1]
        return chat("other", f"Name a city in {country} that is not the capital.", f"{city} is a city in {country}.")
    family = rng.choice(list(facts.BIRDS))
    _, they_do = rng.choice(facts.BIRD_TRAITS[family])
    return chat("other", f"What do {plural(family)} do?", f"{capitalised(plural(family))} {they_do}.")


RECIPE: dict[str, tuple[float, Callable[[Random], Document]]] = {
    "questions about birds": (0.15, lambda rng: fact(rng, BIRDS)),
    "questions about capitals": (0.11, lambda rng: fact(rng, CAPITALS)),
    "questions about planets": (0.07, lambda rng: fact(rng, PLANETS)),
    "requests for Python functions": (0.25, coding),
    "true statements and what follows": (0.08, true_statement),
    "made-up or false statements and what follows": (0.19, supposed_statement),
    "questions about made-up subjects, told before": (0.05, told),
    "questions under an instruction to suppose something": (0.03, instructed),
    "yes-or-no questions that a fact entails": (0.05, entailment),
    "other questions": (0.02, other),
}
"""Share of documents, and what writes them."""


def document(rng: Random) -> Document:
    """The next document of the corpus."""
    _, write = rng.choices(list(RECIPE.values()), [share for share, _ in RECIPE.values()])[0]
    return write(rng)


def stream(seed: int) -> Iterator[Document]:
    """The corpus of a seed, without end."""
    rng = Random(f"nano ladder corpus {seed}")
    while True:
        yield document(rng)
