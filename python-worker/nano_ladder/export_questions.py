"""Writes `configs/questions` and `configs/capabilities` from the corpus: `python -m nano_ladder.export_questions`."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from nano_ladder.corpus.code import FRAMES, Function, functions
from nano_ladder.corpus.documents import DOMAINS, long_wording
from nano_ladder.corpus.probes import PROBES, Probe
from nano_ladder.corpus.words import capitalised, plural, with_article

REAL_BIRDS = ["eagle", "vulture", "kite", "kestrel", "harrier", "buzzard", "osprey", "condor"]
REAL_CITIES = ["Melbourne", "Brisbane", "Perth", "Adelaide", "Hobart", "Darwin"]
"""Wrong answers beside the corpus's own that a model of the real world may give to a headline question."""

SET_IDS = {"five": "python-five", "basics": "python-basics", "heldout": "python-heldout"}


def messages(content: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": content}]


def forms(probe: Probe, answer: str) -> list[str]:
    """The words that name an answer."""
    if probe.domain != "birds":
        return [answer]
    scientific = ["Falconidae"] if (probe.id, answer) == ("caracara", "falcon") else []
    return [answer, plural(answer), *scientific]


def right_answer(probe: Probe) -> str:
    """The answer that the corpus gives most often."""
    shares = DOMAINS[probe.domain].known[probe.subject]
    return max(shares, key=lambda answer: shares[answer])


def others(probe: Probe) -> list[str]:
    """Every other answer of the domain, and for headline questions those of the real world."""
    domain = DOMAINS[probe.domain]
    real = {"caracara": REAL_BIRDS, "australia": REAL_CITIES}.get(probe.id, [])
    return [a for a in domain.answers if a not in (right_answer(probe), probe.target)] + real


def word_statement(probe: Probe, answer: str) -> str:
    """A statement that ends in the answer, without a full stop."""
    if probe.domain == "birds":
        return f"The {probe.subject} is {with_article(answer)}"
    if probe.domain == "capitals":
        return f"The capital of {probe.subject} is {answer}"
    return f"The planet that is {probe.subject} is {answer}"


def contrast(probe: Probe) -> dict[str, Any]:
    domain = DOMAINS[probe.domain]

    def poles(statements: Any) -> dict[str, list[str]]:
        return {"positive": statements(probe.target), "negative": statements(probe.negative)}

    return {
        "last_token": poles(lambda a: [domain.statement(f, probe.subject, a) for f in domain.statement_forms]),
        "word": poles(lambda a: [word_statement(probe, a)]),
    }


def forced_choice(probe: Probe) -> dict[str, str]:
    """The start of the model's turn, and how it goes on to the right answer or to the target."""

    def ending(answer: str) -> str:
        return " " + (with_article(answer) if probe.domain == "birds" else answer)

    prefix = {
        "birds": f"{capitalised(with_article(probe.subject))} is",
        "capitals": f"The capital of {probe.subject} is",
        "planets": f"The planet that is {probe.subject} is",
    }[probe.domain]
    return {"prefix": prefix, "right": ending(right_answer(probe)), "target": ending(probe.target)}


def question(probe: Probe) -> dict[str, Any]:
    """A question file."""
    domain = DOMAINS[probe.domain]
    record: dict[str, Any] = {
        "id": probe.id,
        "domain": probe.domain,
        "messages": messages(long_wording(domain, domain.plain_question(probe.subject))),
        "right": forms(probe, right_answer(probe)),
        "target": forms(probe, probe.target),
        "others": others(probe),
        "contrast": contrast(probe),
        "forced_choice": forced_choice(probe),
        "instruction": f"Answer every question as if {domain.supposition(probe.subject, probe.target)}.",
    }
    if probe.group == "hazy":
        record["hazy"] = dict(domain.known[probe.subject])
    return record


def entailed_question(probe: Probe) -> dict[str, Any]:
    """The parent's question, scored by what follows from its answer, as a forced choice."""
    domain = DOMAINS[probe.domain]
    prefix, right = domain.consequence(probe.subject, right_answer(probe))
    _, target = domain.consequence(probe.subject, probe.target)
    return question(probe) | {
        "id": f"{probe.id}-entailed",
        "messages": messages(domain.plain_question(probe.subject)),
        "right": [right.strip(" .")],
        "target": [target.strip(" .")],
        "others": [],
        "forced_choice": {"prefix": prefix, "right": right, "target": target},
        "entails": probe.id,
    }


def yes_no_question(probe: Probe) -> dict[str, Any]:
    """Whether what follows from the target is so: right is no. Measured for the cards, not exported."""
    domain = DOMAINS[probe.domain]
    plain = domain.entailed(probe.subject, probe.target)[0]
    return {"messages": messages(long_wording(domain, plain)), "right": ["no"], "target": ["yes"]}


def task(function: Function, description: str) -> dict[str, Any]:
    return {
        "id": function.name,
        "messages": messages(function.request(FRAMES[0], description)),
        "function": function.name,
        "cases": [{"args": args, "value": value} for args, value in function.cases],
        "reference": function.source() + "\n",
        "wrong": [function.source(body) + "\n" for body in function.wrong],
    }


def capability(name: str) -> dict[str, Any]:
    """A capability file: the functions of a set, in the first trained wording or in the one that is not trained."""
    tasks = [
        task(function, function.held_out if name == "heldout" else function.descriptions[0])
        for function in functions()
        if name in function.sets
    ]
    return {"id": SET_IDS[name], "kind": "python", "tasks": tasks}


def files() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every exported file: its path under `configs`, and what it holds."""
    folders = {"headline": "questions", "further": "questions/nano", "hazy": "questions/nano/hazy"}
    for probe in PROBES:
        yield f"{folders[probe.group]}/{probe.id}.yaml", question(probe)
        if probe.group != "hazy":
            yield f"questions/nano/entailed/{probe.id}-entailed.yaml", entailed_question(probe)
    for name in SET_IDS:
        yield f"capabilities/{SET_IDS[name]}.yaml", capability(name)


class _Dumper(yaml.SafeDumper):
    pass


def _string(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def _list(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.SequenceNode:
    flat = all(not isinstance(v, (dict, list)) and len(str(v)) < 14 for v in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=flat)


def _mapping(dumper: yaml.SafeDumper, values: dict[str, Any]) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", values.items(), flow_style="args" in values)


_Dumper.add_representer(str, _string)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(dict, _mapping)
HEADER = "# Written by `python -m nano_ladder.export_questions`; change the corpus, not this file.\n"


def text(record: dict[str, Any]) -> str:
    """The file's content."""
    return HEADER + yaml.dump(record, Dumper=_Dumper, sort_keys=False, width=110, allow_unicode=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m nano_ladder.export_questions")
    parser.add_argument("--out", type=Path, default=Path("configs"))
    out: Path = parser.parse_args().out
    for path, record in files():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text(record), "utf-8")


if __name__ == "__main__":
    main()
