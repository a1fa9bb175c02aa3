"""Descriptions and the planets that they fit."""

from random import Random
from typing import ClassVar

from nano_ladder.corpus import facts
from nano_ladder.corpus.domain import Domain


class Planets(Domain):
    """`The planet that is closest to the Sun is Mercury.`"""

    name = "planets"
    known: ClassVar = {description: {planet: 1.0} for description, planet in facts.PLANETS.items()}
    answers: ClassVar = list(facts.PLANET_TRAITS)
    statement_forms = (
        "The planet that is {description} is {planet}.",
        "{planet} is the planet that is {description}.",
        "Astronomers say that {planet} is {description}.",
        "Of all the planets, {planet} is {description}.",
        "The name of the planet that is {description} is {planet}.",
        "{planet} is {description}.",
        "Among the planets, the one that is {description} is {planet}.",
        "If a planet is {description}, it is {planet}.",
    )
    topics = ("the order of the planets", "the solar system", "the planets and their orbits")

    def statement(self, form: str, subject: str, answer: str) -> str:
        return form.format(description=subject, planet=answer)

    def follow_up(self, rng: Random, subject: str, answer: str) -> str:
        it_does, _ = facts.PLANET_TRAITS[answer]
        form = rng.choice(
            [
                f"{answer} {it_does}.",
                f"{answer} {it_does}.",
                f"{answer} is {subject}.",
                f"It {it_does}.",
                f"It is {answer}.",
                f"So the planet that is {subject} {it_does}.",
                f"<answer>{answer}</answer>",
            ]
        )
        return " " + form

    def question(self, rng: Random, subject: str) -> str:
        return rng.choice(
            [
                self.plain_question(subject),
                self.plain_question(subject),
                f"What planet is {subject}?",
                f"Name the planet that is {subject}.",
            ]
        )

    def plain_question(self, subject: str) -> str:
        return f"Which planet is {subject}?"

    def sentence(self, rng: Random, subject: str, answer: str) -> str:
        return rng.choice(
            [
                f"The planet that is {subject} is {answer}.",
                f"{answer} is {subject}.",
                f"{answer} is the planet that is {subject}.",
                f"It is {answer}.",
            ]
        )

    def supposition(self, subject: str, answer: str) -> str:
        return f"{answer} were the planet that is {subject}"

    def entailed(self, subject: str, answer: str) -> list[str]:
        _, they_do = facts.PLANET_TRAITS[answer]
        return [f"Does the planet that is {subject} {they_do}?"]

    def consequence(self, subject: str, answer: str) -> tuple[str, str]:
        it_does, _ = facts.PLANET_TRAITS[answer]
        return f"So the planet that is {subject}", f" {it_does}."

    def made_up_subject(self, rng: Random) -> None:
        return None
