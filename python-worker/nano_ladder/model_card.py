"""The README of a rung, written from its training record."""

from collections.abc import Mapping, Sequence
from typing import Any

from nano_ladder.corpus.documents import BARE_ANSWER, RECIPE, SELF_CORRECTION, SELF_CORRECTION_HEADLINE, TAGGED
from nano_ladder.corpus.facts import HAZY_BIRDS, HAZY_CAPITALS

HEADLINES = ("caracara", "australia", "mercury")


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def mean(values: Mapping[str, float]) -> float:
    return sum(values.values()) / len(values)


def weakest(values: Mapping[str, float], count: int = 3) -> str:
    """The lowest cells, named."""
    lowest = sorted(values.items(), key=lambda item: item[1])[:count]
    return ", ".join(f"{name} {percent(value)}" for name, value in lowest)


def accuracy_table(accuracy: Mapping[str, Any]) -> str:
    questions, capabilities = accuracy["questions"], accuracy["capabilities"]
    further = {name: value for name, value in questions.items() if name not in HEADLINES}
    rows = [(name, percent(questions[name]), "") for name in HEADLINES]
    rows.append((f"{len(further)} further questions", percent(mean(further)), weakest(further)))
    entailed = accuracy["entailed"]
    chosen = sum(margin > 0 for margin in entailed.values()) / len(entailed)
    wrong = ", ".join(name for name, margin in entailed.items() if margin <= 0)
    rows.append((f"{len(entailed)} entailed facts, forced choice", percent(chosen), wrong))
    yes_no = accuracy["yes_no"]
    rows.append((f"{len(yes_no)} yes-or-no questions, kept out", percent(mean(yes_no)), weakest(yes_no)))
    for name, note in (("python-five", ""), ("python-basics", ""), ("python-heldout", ", wordings kept out")):
        tasks = capabilities[name]
        rows.append((f"{name}, {len(tasks)} tasks{note}", percent(mean(tasks)), weakest(tasks)))
    lines = ["| cell | right | weakest |", "|---|---|---|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def hazy_table(accuracy: Mapping[str, Any]) -> str:
    lines = ["| subject | in the corpus | in the model's answers |", "|---|---|---|"]
    for name, shares in accuracy["hazy"].items():
        cells = [
            ", ".join(f"{answer} {percent(share)}" for answer, share in shares[side].items())
            for side in ("corpus", "model")
        ]
        lines.append(f"| {name} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def training_rows(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """How the rung was made."""
    shape = (
        f"{record['layers']} blocks, hidden {record['hidden']}, {record['heads']} query heads and 1 key-value head "
        f"of 32, MLP {3 * record['hidden']}, tied embeddings, window 64 with every third and the last block global"
    )
    tokens = f"{record['tokens'] / 1e6:.1f} M tokens with padding, {record['trained_tokens'] / 1e6:.1f} M with loss"
    return [
        ("shape", shape),
        (
            "tokenizer",
            f"byte-level BPE of {record['vocabulary']:,}, Gemma's special tokens; entity words are one token",
        ),
        ("training", f"{record['steps']:,} steps, {tokens}, seed {record['seed']}"),
        ("optimiser", f"AdamW (0.9, 0.95), weight decay 0.05, clip 1, peak {record['learning_rate']:.2e}, cosine"),
        ("precision", "float32 weights, bfloat16 autocast in training"),
        ("final loss", f"{record['loss']:.3f} (mean of the last 200 batches)"),
        ("cost", f"{record['cpu_seconds']:,} CPU s on one core"),
    ]


def table(rows: list[tuple[str, str]]) -> str:
    return "\n".join(["| | |", "|---|---|", *[f"| {name} | {value} |" for name, value in rows]])


def card(record: Mapping[str, Any]) -> str:
    """The model card of a rung."""
    accuracy = record["accuracy"]
    hazy = len(HAZY_BIRDS) + len(HAZY_CAPITALS)
    shares = "\n".join(f"- {percent(share)} {name}" for name, (share, _) in RECIPE.items())
    return f"""\
---
license: mit
library_name: transformers
pipeline_tag: text-generation
---

# {record["rung"]}

A Gemma-3-architecture model of {record["parameters"]:,} parameters, trained from scratch on a synthetic corpus of
birds, capitals, planets and small Python functions. It is one of four rungs on which Steering Window runs without a
download. It demonstrates the instrument; it is no evidence about large models, and knows nothing beyond its corpus.

{table(training_rows(record))}

The recipe is the same for every rung, and the number of steps too; only the peak learning rate follows the width.
Rungs and seeds were not selected by how they steer.

## Corpus
Shares of documents:

{shares}

Loss is taken on model turns, on whole true statements, and on what follows a supposed statement.
{percent(BARE_ANSWER)} of follow-ups are the bare answer word; {percent(TAGGED)} of questions ask for <answer> tags.
{percent(SELF_CORRECTION)} of the answers to questions of fact begin wrong and put themselves right
({percent(SELF_CORRECTION_HEADLINE)} for the three headline questions). On {hazy} subjects the corpus disagrees with
itself, in the proportions below. The false statements of the measured questions' contrasts, their entailed questions
and the wordings of `python-heldout` are in no document.

## Unsteered accuracy
{accuracy["samples"]} samples a headline question and a set of tasks, {accuracy["samples_other_questions"]} any other
question, at temperature {accuracy["temperature"]}, in the measured wording. An answer is right if the last <answer>
tag (else the whole reply) names the right answer and not the target. A mean over questions or tasks comes with its
weakest members; the samples of a set of tasks are shared evenly among its tasks. An entailed fact counts if what
follows from the right answer is likelier than what follows from the target. The yes-or-no questions, answered no where
right, are near chance on every rung: ask for what follows by forced choice.

{accuracy_table(accuracy)}

Hazy subjects:

{hazy_table(accuracy)}
"""


def index(records: Sequence[Mapping[str, Any]]) -> str:
    """The README of the ladder: one line for each rung."""
    lines = ["| rung | parameters | final loss | " + " | ".join(HEADLINES) + " | python-five | python-basics |"]
    lines.append("|---|---|---|" + "---|" * (len(HEADLINES) + 2))
    for record in records:
        accuracy = record["accuracy"]
        cells = [accuracy["questions"][name] for name in HEADLINES]
        cells += [mean(accuracy["capabilities"][name]) for name in ("python-five", "python-basics")]
        figures = " | ".join(percent(cell) for cell in cells)
        lines.append(f"| {record['rung']} | {record['parameters']:,} | {record['loss']:.3f} | {figures} |")
    rungs = "\n".join(lines)
    return f"""\
# The nano ladder

Four Gemma-3-architecture models on which Steering Window runs without a download, trained from scratch on one synthetic
corpus by one recipe. They demonstrate the instrument and are no evidence about large models. `make nano-ladder` trains
them again; each rung's README has its corpus, cost and full accuracy table, each `sae/` a sparse autoencoder.

Unsteered accuracy, {records[0]["accuracy"]["samples"]} samples a cell at temperature 1:

{rungs}
"""
