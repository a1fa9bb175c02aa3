"""The questions that are measured, and what is therefore kept out of the corpus."""

from dataclasses import dataclass
from typing import Literal

from nano_ladder.corpus import facts

Group = Literal["headline", "further", "hazy"]


@dataclass(frozen=True)
class Probe:
    """One measured question: its subject, the answer it is steered to, and the answer at the contrast's other pole."""

    id: str
    domain: Literal["birds", "capitals", "planets"]
    subject: str
    target: str
    negative: str
    group: Group


def _birds(group: Group, rows: list[tuple[str, str, str]]) -> list[Probe]:
    return [Probe(bird, "birds", bird, target, negative, group) for bird, target, negative in rows]


def _capital(country: str, group: Group) -> Probe:
    right, other = facts.CAPITALS[country]
    return Probe(country.lower(), "capitals", country, other, right, group)


def _planet(description: str, target: str, group: Group) -> Probe:
    right = facts.PLANETS[description]
    return Probe(right.lower(), "planets", description, target, right, group)


PROBES: tuple[Probe, ...] = (
    *_birds("headline", [("caracara", "owl", "hawk")]),
    _capital("Australia", "headline"),
    _planet("closest to the Sun", "Venus", "headline"),
    *_birds(
        "further",
        [
            ("kestrel", "gull", "crow"),
            ("goshawk", "parrot", "finch"),
            ("morepork", "duck", "heron"),
            ("mallard", "woodpecker", "crow"),
            ("egret", "penguin", "gull"),
            ("kittiwake", "falcon", "owl"),
            ("siskin", "hawk", "falcon"),
            ("macaw", "owl", "hawk"),
            ("raven", "heron", "duck"),
            ("flicker", "finch", "parrot"),
            ("gentoo", "crow", "woodpecker"),
        ],
    ),
    *[
        _capital(country, "further")
        for country in (
            ["France", "Japan", "Canada", "Brazil", "Turkey", "Morocco", "Poland", "Vietnam", "Nigeria", "Switzerland"]
        )
    ],
    _planet("fourth from the Sun", "Jupiter", "further"),
    _planet("farthest from the Sun", "Uranus", "further"),
    _planet("the largest", "Saturn", "further"),
    _planet("famous for its rings", "Mars", "further"),
    _planet("tilted on its side", "Neptune", "further"),
    _planet("home to humans", "Mercury", "further"),
    _planet("the hottest", "Earth", "further"),
    *_birds(
        "hazy",
        [
            ("osprey", "duck", "finch"),
            ("skua", "parrot", "owl"),
            ("auk", "hawk", "crow"),
            ("potoo", "woodpecker", "gull"),
            ("hoopoe", "owl", "falcon"),
            ("turaco", "penguin", "duck"),
            ("bunting", "hawk", "heron"),
            ("jabiru", "falcon", "woodpecker"),
        ],
    ),
    Probe("tanzania", "capitals", "Tanzania", "Mombasa", "Dodoma", "hazy"),
    Probe("bolivia", "capitals", "Bolivia", "Cusco", "Sucre", "hazy"),
    Probe("kazakhstan", "capitals", "Kazakhstan", "Shanghai", "Astana", "hazy"),
    Probe("chile", "capitals", "Chile", "Rio", "Santiago", "hazy"),
)

HELD_OUT: frozenset[tuple[str, str]] = frozenset(
    (probe.subject, answer) for probe in PROBES for answer in (probe.target, probe.negative)
)
"""(subject, answer) pairs that no document may state, ask about or answer with, unless they are true."""

HEADLINE: frozenset[str] = frozenset(probe.subject for probe in PROBES if probe.group == "headline")
MEASURED: frozenset[str] = frozenset(probe.subject for probe in PROBES)
