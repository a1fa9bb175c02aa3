"""Model folders of a planted ladder: `planted.json`, and a `config.json` of the shape that a plan reads."""

import hashlib
import json
from pathlib import Path
from statistics import NormalDist
from typing import Any

import yaml

from planted_truth.chance import uniform
from planted_truth.curves import Curve
from planted_truth.make.crossings import kept, strict_rate, threshold_for
from planted_truth.make.ladder import Ladder, LadderError, Rung, Window
from planted_truth.truth import FILE, Choice, Divergence, Harm, LayerTruth, PlantedTruth, QuestionTruth, TaskTruth
from planted_truth.vectors import PlantedVector

CONFIGS = Path(__file__).parents[3] / "configs"
D_MODEL, HEADS, HEAD_DIM, D_MLP = 32, 2, 16, 64


def planted_models(ladder: Ladder, base: Path) -> dict[str, PlantedTruth]:
    """The files of each rung. Relative paths of data files start from `base`. Raises `LadderError`."""
    questions = [_data("questions", name, base) for name in ladder.questions]
    tasks = [task for name in ladder.capabilities for task in _data("capabilities", name, base)["tasks"]]
    return {rung.name: planted_model(rung, questions, tasks) for rung in ladder.rungs}


def planted_model(rung: Rung, questions: list[dict[str, Any]], tasks: list[dict[str, Any]]) -> PlantedTruth:
    """Curves that cross their levels where the rung states, at its best layer, for vectors without a shift."""
    depth = rung.depth
    vocab_size = _vocab_size(rung.parameters, depth.count)
    never = Harm(capability=Curve(threshold=None, octaves=1), intact=Curve(threshold=None, octaves=1))
    plain = PlantedTruth(
        schema_version=1,
        parameters=_parameters(vocab_size, depth.count),
        d_model=D_MODEL,
        vocab_size=vocab_size,
        layers=tuple(
            LayerTruth(
                resid_norm=4.0 + layer,
                vector_norm=2.0 + 0.5 * layer,
                rise_octaves=depth.rise_octaves * abs(layer - depth.best),
                harm_octaves=depth.harm_octaves * abs(layer - depth.best),
                lens_log_odds=2.0 * (layer - depth.best) + 1.0,
            )
            for layer in range(depth.count)
        ),
        questions=tuple(_question(entry, rung.window(entry["id"]), never) for entry in questions),
        tasks=tuple(_task(entry, rung.task_octaves) for entry in tasks),
        capability=rung.capability,
        kl=Divergence(nats=1.0, power=2.0),
        vector_octaves=rung.vector_octaves,
    )
    return plain.model_copy(
        update={
            "questions": tuple(
                _solved(plain, index, rung.window(question.id), depth.best)
                for index, question in enumerate(plain.questions)
            )
        }
    )


def write_model(folder: Path, truth: PlantedTruth) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(truth.model_dump_json(indent=1) + "\n", encoding="utf-8")
    config = {
        "model_type": "gemma3_text",
        "num_hidden_layers": len(truth.layers),
        "hidden_size": truth.d_model,
        "intermediate_size": D_MLP,
        "num_attention_heads": HEADS,
        "num_key_value_heads": 1,
        "head_dim": HEAD_DIM,
        "vocab_size": truth.vocab_size,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def _data(kind: str, name: str, base: Path) -> dict[str, Any]:
    for path in (base / name, *sorted((CONFIGS / kind).rglob(f"{name}.yaml"))):
        if path.is_file():
            data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
            return {"id": path.stem, **data}
    raise LadderError(f"There is no file {name} in {base}, nor {name}.yaml below {CONFIGS / kind}.")


def _question(entry: dict[str, Any], window: Window, harm: Harm) -> QuestionTruth:
    contrasts = entry.get("contrast", {}).values()
    choice = entry.get("forced_choice")
    onset = window.onset
    gain = 0.0 if onset is None else window.margin / (onset * 2.0**window.onset_offset)
    return QuestionTruth(
        id=entry["id"],
        content=entry["messages"][-1]["content"],
        right=entry["right"][0],
        target=entry["target"][0],
        statements=tuple(text for pair in contrasts for pole in ("positive", "negative") for text in pair[pole]),
        rise=Curve(threshold=None, octaves=window.rise_octaves),
        guess=window.guess,
        lapse=window.lapse,
        steered=harm,
        random=harm,
        choice=Choice(**choice, margin=window.margin, gain=gain) if choice else None,
    )


def _task(entry: dict[str, Any], deviation: float) -> TaskTruth:
    wrong = entry.get("wrong") or [f"def {entry['function']}(*arguments):\n    return None\n"]
    digest = hashlib.blake2b(entry["id"].encode(), digest_size=8).hexdigest()
    octaves = deviation * NormalDist().inv_cdf(uniform(0, digest, "task")) if deviation > 0 else 0.0
    return TaskTruth(
        id=entry["id"],
        content=entry["messages"][-1]["content"],
        solution=entry["reference"],
        wrong=wrong[0],
        octaves=octaves,
    )


def _solved(plain: PlantedTruth, index: int, window: Window, layer: int) -> QuestionTruth:
    """The question with thresholds that put its crossings where the window states."""
    question = plain.questions[index]
    own, random = (
        PlantedVector(kind, index, layer, 0.0, plain.layers[layer].vector_norm) for kind in ("caa", "random")
    )

    def with_question(changed: QuestionTruth) -> PlantedTruth:
        questions = (*plain.questions[:index], changed, *plain.questions[index + 1 :])
        return plain.model_copy(update={"questions": questions})

    def harm(kind: str, vector: PlantedVector, collapse: float | None) -> Harm:
        highest = max((c for c in (collapse, window.onset) if c is not None), default=None)
        above = None if highest is None else highest * 2.0**window.intact_octaves
        intact = Curve(threshold=above, octaves=window.fall_octaves)

        def with_threshold(threshold: float | None) -> Harm:
            return Harm(capability=Curve(threshold=threshold, octaves=window.fall_octaves), intact=intact)

        if collapse is None:
            return with_threshold(None)

        def collapsed(threshold: float) -> bool:
            changed = question.model_copy(update={kind: with_threshold(threshold)})
            return kept(with_question(changed), vector, collapse) <= 0.9

        return with_threshold(threshold_for(collapsed))

    harmed = question.model_copy(
        update={
            "steered": harm("steered", own, window.collapse),
            "random": harm("random", random, window.random_collapse),
        }
    )
    onset = window.onset
    if onset is None:
        return harmed

    def risen(threshold: float) -> QuestionTruth:
        return harmed.model_copy(update={"rise": Curve(threshold=threshold, octaves=window.rise_octaves)})

    threshold = threshold_for(lambda t: strict_rate(plain, own, risen(t), onset) >= 0.5)
    return risen(threshold)


def _parameters(vocab_size: int, layers: int) -> int:
    """As a plan counts them: embeddings, per block four projections, a gated MLP and six norms, and the last norm."""
    query, key_value = HEADS * HEAD_DIM, HEAD_DIM
    attention = 2 * D_MODEL * query + 2 * D_MODEL * key_value + 2 * HEAD_DIM
    return vocab_size * D_MODEL + layers * (attention + 3 * D_MODEL * D_MLP + 4 * D_MODEL) + D_MODEL


def _vocab_size(parameters: int, layers: int) -> int:
    """The vocabulary size with which the count is nearest to the requested one."""
    return max(64, round((parameters - _parameters(0, layers)) / D_MODEL))
