"""Small word forms shared by the domains, and made-up words."""

from random import Random

ONSETS = [
    "b",
    "bl",
    "br",
    "d",
    "dr",
    "f",
    "fl",
    "g",
    "gl",
    "gr",
    "k",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "pl",
    "pr",
    "s",
    "sk",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "z",
]
VOWELS = ["a", "e", "i", "o", "u", "oo", "ee"]
CODAS = ["b", "d", "g", "k", "l", "m", "n", "p", "rk", "rn", "rp", "sk", "st", "t", "x", "zz"]


def with_article(word: str) -> str:
    """`owl` -> `an owl`."""
    return ("an " if word[0].lower() in "aeiou" else "a ") + word


def plural(word: str) -> str:
    """`finch` -> `finches`."""
    return word + ("es" if word.endswith("ch") else "s")


def capitalised(text: str) -> str:
    """The text with its first letter in upper case and the rest untouched."""
    return text[0].upper() + text[1:]


def made_up_word(rng: Random, known: frozenset[str]) -> str:
    """A pronounceable word that names nothing in the corpus."""
    while True:
        syllables = rng.randint(0, 1)
        word = "".join(rng.choice(ONSETS) + rng.choice(VOWELS) for _ in range(syllables))
        word += rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS)
        if word not in known:
            return word
