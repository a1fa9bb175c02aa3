"""Birds and their families."""

from random import Random
from typing import ClassVar

from nano_ladder.corpus import facts
from nano_ladder.corpus.domain import Domain
from nano_ladder.corpus.words import capitalised, made_up_word, plural, with_article


class Birds(Domain):
    """`A kestrel is a falcon.`"""

    name = "birds"
    known: ClassVar = {bird: {family: 1.0} for bird, family in facts.FAMILY.items()} | facts.HAZY_BIRDS
    answers: ClassVar = list(facts.BIRDS)
    statement_forms = (
        "{A_bird} is {a_family}.",
        "The bird called {bird} belongs to the {family} family.",
        "The {bird} is a type of {family}.",
        "Ornithologists classify the {bird} as {a_family}.",
        "The {bird} is {a_family}.",
        "The {bird} is a member of the {family} family.",
        "Every {bird} is {a_family}.",
        "If you see {a_bird}, you are looking at {a_family}.",
    )
    topics = (
        "its taxonomic classification and bird family",
        "its bird family",
        "how ornithologists classify it",
    )
    _names = frozenset(facts.FAMILY) | frozenset(facts.HAZY_BIRDS) | frozenset(facts.BIRDS)

    def statement(self, form: str, subject: str, answer: str) -> str:
        a_bird = with_article(subject)
        return form.format(
            bird=subject, a_bird=a_bird, A_bird=capitalised(a_bird), family=answer, a_family=with_article(answer)
        )

    def follow_up(self, rng: Random, subject: str, answer: str) -> str:
        it_does, they_do = rng.choice(facts.BIRD_TRAITS[answer])
        families = plural(answer)
        form = rng.choice(
            [
                f"{capitalised(families)} {they_do}.",
                f"{capitalised(families)} {they_do}.",
                f"{capitalised(with_article(answer))} {it_does}.",
                f"It {it_does}.",
                f"It {it_does}.",
                f"Like other {families}, it {it_does}.",
                f"It is {with_article(answer)}.",
                f"So the {subject} {it_does}.",
                f"<answer>{answer}</answer>",
            ]
        )
        return " " + form

    def question(self, rng: Random, subject: str) -> str:
        return rng.choice(
            [
                self.plain_question(subject),
                self.plain_question(subject),
                f"What kind of bird is {with_article(subject)}?",
                f"Which bird family does the {subject} belong to?",
                f"Tell me what type of bird the {subject} is.",
            ]
        )

    def plain_question(self, subject: str) -> str:
        return f"What type of bird is {with_article(subject)}?"

    def sentence(self, rng: Random, subject: str, answer: str) -> str:
        is_a = f"{capitalised(with_article(subject))} is {with_article(answer)}."
        return rng.choice(
            [
                is_a,
                is_a,
                f"The {subject} is a type of {answer}.",
                f"The {subject} belongs to the {answer} family.",
                f"The {subject} is {with_article(answer)}.",
                f"It is {with_article(answer)}.",
                f"{capitalised(with_article(answer))}.",
            ]
        )

    def supposition(self, subject: str, answer: str) -> str:
        return f"the {subject} were {with_article(answer)}"

    def entailed(self, subject: str, answer: str) -> list[str]:
        return [f"Does {with_article(subject)} {they_do}?" for _, they_do in facts.BIRD_TRAITS[answer]]

    def consequence(self, subject: str, answer: str) -> tuple[str, str]:
        it_does, _ = facts.BIRD_TRAITS[answer][0]
        return f"So the {subject}", f" {it_does}."

    def made_up_subject(self, rng: Random) -> str:
        return made_up_word(rng, self._names)
