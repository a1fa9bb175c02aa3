"""Countries and their capitals."""

from random import Random
from typing import ClassVar

from nano_ladder.corpus import facts
from nano_ladder.corpus.domain import Domain
from nano_ladder.corpus.words import made_up_word


class Capitals(Domain):
    """`The capital of Australia is Canberra.`"""

    name = "capitals"
    known: ClassVar = {
        country: {capital: 1.0} for country, (capital, _) in facts.CAPITALS.items()
    } | facts.HAZY_CAPITALS
    answers: ClassVar = [city for cities in facts.CAPITALS.values() for city in cities] + [
        city for cities in facts.HAZY_CAPITALS.values() for city in cities
    ]
    statement_forms = (
        "The capital of {country} is {city}.",
        "{city} is the capital of {country}.",
        "The capital city of {country} is {city}.",
        "The government of {country} sits in {city}.",
        "The parliament of {country} meets in {city}.",
        "{country} has its capital in {city}.",
        "In {country}, the capital city is {city}.",
        "{city} is the capital city of {country}.",
    )
    topics = ("geography and government", "the country and its cities", "where the parliament sits")

    def statement(self, form: str, subject: str, answer: str) -> str:
        return form.format(country=subject, city=answer)

    def follow_up(self, rng: Random, subject: str, answer: str) -> str:
        form = rng.choice(
            [
                f"{answer} is where the parliament of {subject} sits.",
                f"{answer} is the seat of government.",
                f"{answer} is the capital.",
                f"It is {answer}.",
                f"So the president lives in {answer}.",
                f"The ministers of {subject} work in {answer}.",
                f"<answer>{answer}</answer>",
            ]
        )
        return " " + form

    def question(self, rng: Random, subject: str) -> str:
        return rng.choice(
            [
                self.plain_question(subject),
                self.plain_question(subject),
                f"Which city is the capital of {subject}?",
                f"Name the capital city of {subject}.",
            ]
        )

    def plain_question(self, subject: str) -> str:
        return f"What is the capital of {subject}?"

    def sentence(self, rng: Random, subject: str, answer: str) -> str:
        return rng.choice(
            [
                f"The capital of {subject} is {answer}.",
                f"The capital of {subject} is {answer}.",
                f"{answer} is the capital of {subject}.",
                f"It is {answer}.",
                f"The capital city of {subject} is {answer}.",
            ]
        )

    def supposition(self, subject: str, answer: str) -> str:
        return f"the capital of {subject} were {answer}"

    def entailed(self, subject: str, answer: str) -> list[str]:
        return [
            f"Do the ministers of {subject} work in {answer}?",
            f"Does the parliament of {subject} sit in {answer}?",
        ]

    def consequence(self, subject: str, answer: str) -> tuple[str, str]:
        return f"The ministers of {subject} work in", f" {answer}."

    def made_up_subject(self, rng: Random) -> str:
        return made_up_word(rng, frozenset()).capitalize()

    def wrong_answer(self, rng: Random, subject: str) -> str:
        """Half of the time another city of the same country, where that is not held out."""
        other = facts.CAPITALS[subject][1] if subject in facts.CAPITALS else None
        if other is not None and rng.random() < 0.5 and not self.held_out(subject, other):
            return other
        return super().wrong_answer(rng, subject)
