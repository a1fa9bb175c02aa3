"""Small Python functions, asked for in words and written in a fence."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

FRAMES = (
    "Write a Python function {name}({signature}) that {description}.",
    "Write a Python function called {name} that {description}.",
    "In Python, define {name}({signature}). It {description}.",
    "Implement a Python function {name}({signature}) which {description}. Return only code.",
    "Write a Python function that {description}.",
    "I need a Python function named {name}. It {description}.",
    "Please write {name}({signature}) in Python. The function {description}.",
)
"""The first is the one that measured tasks use."""


@dataclass(frozen=True)
class Function:
    """One function: wordings in and out of the corpus, its body, and cases that no constant passes."""

    name: str
    signature: str
    descriptions: tuple[str, ...]
    held_out: str
    body: str
    cases: tuple[tuple[list[Any], Any], ...]
    wrong: tuple[str, ...]
    sets: tuple[str, ...]

    def source(self, body: str | None = None) -> str:
        """The function's definition, with its own body or another."""
        lines = (self.body if body is None else body).splitlines()
        return f"def {self.name}({self.signature}):\n" + "\n".join(f"    {line}" for line in lines)

    def request(self, frame: str, description: str) -> str:
        """Asks for the function."""
        return frame.format(name=self.name, signature=self.signature, description=description)


@cache
def functions() -> tuple[Function, ...]:
    """The functions of `functions.yaml`."""
    rows = yaml.safe_load(Path(__file__).with_name("functions.yaml").read_text("utf-8"))
    return tuple(
        Function(
            name=row["name"],
            signature=row["signature"],
            descriptions=tuple(row["descriptions"]),
            held_out=row["held_out"],
            body=row["body"],
            cases=tuple((args, value) for args, value in row["cases"]),
            wrong=tuple(row["wrong"]),
            sets=tuple(row["sets"]),
        )
        for row in rows
    )


def exchange(rng: Random) -> tuple[str, str]:
    """A request for a function in a trained wording, and the function in a fence."""
    function = rng.choice(functions())
    request = function.request(rng.choice(FRAMES), rng.choice(function.descriptions))
    return request, f"```python\n{function.source()}\n```"
