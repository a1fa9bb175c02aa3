"""What every domain of facts can say: statements, what follows from them, questions and their answers."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from random import Random
from typing import ClassVar

from nano_ladder.corpus.probes import HEADLINE, HELD_OUT, MEASURED


class Domain(ABC):
    """Subjects with one answer each (birds and families, countries and capitals, descriptions and planets)."""

    name: str
    known: ClassVar[Mapping[str, Mapping[str, float]]]
    """Subject -> {answer: share of the documents that give it}; one answer with share 1 unless the fact is hazy."""
    answers: ClassVar[Sequence[str]]
    statement_forms: Sequence[str]
    topics: Sequence[str]
    """What a question may ask to think about; the first is the one that measured questions use."""

    @abstractmethod
    def statement(self, form: str, subject: str, answer: str) -> str:
        """One of the `statement_forms`, filled in; ends with a full stop."""

    @abstractmethod
    def follow_up(self, rng: Random, subject: str, answer: str) -> str:
        """A sentence that follows from the statement, with a leading space."""

    @abstractmethod
    def question(self, rng: Random, subject: str) -> str:
        """Asks for the subject's answer."""

    @abstractmethod
    def plain_question(self, subject: str) -> str:
        """The wording that measured questions use."""

    @abstractmethod
    def sentence(self, rng: Random, subject: str, answer: str) -> str:
        """Answers the question in a sentence."""

    @abstractmethod
    def supposition(self, subject: str, answer: str) -> str:
        """`the caracara were an owl`."""

    @abstractmethod
    def entailed(self, subject: str, answer: str) -> Sequence[str]:
        """Yes-or-no questions that are answered yes if the subject's answer is `answer`."""

    @abstractmethod
    def consequence(self, subject: str, answer: str) -> tuple[str, str]:
        """The start of a sentence about the subject, and how it goes on if the subject's answer is `answer`."""

    @abstractmethod
    def made_up_subject(self, rng: Random) -> str | None:
        """A subject that the corpus knows nothing about, or None where none can be made up."""

    def truth(self, rng: Random, subject: str) -> str:
        """The subject's answer, drawn in the corpus's proportion where the fact is hazy."""
        shares = self.known[subject]
        return rng.choices(list(shares), list(shares.values()))[0]

    def held_out(self, subject: str, answer: str) -> bool:
        """Whether the pair is a false one that a measured question's contrast states."""
        return (subject, answer) in HELD_OUT and answer not in self.known[subject]

    def asked_subject(self, rng: Random) -> str:
        """A subject for a chat: headline questions four times, other measured ones twice as often as the rest."""
        subjects = list(self.known)
        weights = [4 if s in HEADLINE else 2 if s in MEASURED else 1 for s in subjects]
        return rng.choices(subjects, weights)[0]

    def clear_subject(self, rng: Random) -> str:
        """A subject on which the corpus does not disagree."""
        return rng.choice([s for s, shares in self.known.items() if len(shares) == 1])

    def wrong_answer(self, rng: Random, subject: str) -> str:
        """A false answer that is not held out."""
        return rng.choice([a for a in self.answers if a not in self.known[subject] and not self.held_out(subject, a)])
