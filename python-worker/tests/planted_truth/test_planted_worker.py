import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from planted_truth.conditions import Condition
from planted_truth.make.truths import truth_rows
from planted_truth.methods import methods, params_problems, registered
from planted_truth.responses import GIBBERISH, fenced, tagged
from planted_truth.session import Session
from planted_truth.vectors import decode_vector
from steering_worker.errors import WorkerError
from steering_worker.protocol.frames import Blob
from tests.planted_truth.planted_worker import Worker

COUNT = 2000
FOUR_SIGMA = 4 * 0.5 / math.sqrt(COUNT)


def share(texts: list[str], text: str) -> float:
    return texts.count(text) / len(texts)


def test_methods_are_those_of_the_real_registry() -> None:
    assert methods() == json.loads(json.dumps(registered())), "run `python -m planted_truth.methods`"


def test_parameters_that_are_not_planted_are_named() -> None:
    assert params_problems("direction", "caa", {"position": "word"}) == []
    assert [path for path, _ in params_problems("direction", "random", {"match": "x", "y": 1})] == ["y", "match"]
    assert [path for path, _ in params_problems("edit", "ablate", {})] == ["kind"]


def test_answers_cross_a_half_at_the_planted_onset_and_turn_to_gibberish(worker: Worker) -> None:
    worker.fit("v")
    question = worker.truth.questions[0]
    right, target = tagged(question.right), tagged(question.target)
    unsteered = worker.generate(question.content, COUNT, None, 0)
    assert share(unsteered, right) == 1
    at_onset = worker.generate(question.content, COUNT, "v", 0.6)
    assert share(at_onset, target) == pytest.approx(0.5, abs=FOUR_SIGMA)
    assert share(worker.generate(question.content, COUNT, "v", 16), GIBBERISH) > 0.95
    assert worker.generate(question.content, COUNT, "v", 0.6) == at_onset
    assert set(worker.generate(question.content, 5, "v", 0.8, temperature=0)) == {target}


def test_programs_are_lost_at_the_planted_collapse_of_the_direction(worker: Worker) -> None:
    worker.fit("v")
    worker.fit("r", kind="random")
    shift = decode_vector(worker.fit("r", kind="random").blobs, "r").shift
    task = worker.truth.tasks[0]
    for vector, collapse in (("v", 0.9), ("r", 1.5 * 2**shift)):
        texts = worker.generate(task.content, COUNT, vector, collapse)
        assert share(texts, fenced(task.solution)) == pytest.approx(0.9 * 0.98, abs=FOUR_SIGMA)
        assert set(texts) == {fenced(task.solution), fenced(task.wrong)}


def test_a_vector_of_another_question_and_a_random_one_do_not_steer(worker: Worker) -> None:
    worker.fit("other", question=1)
    worker.fit("random", kind="random")
    question = worker.truth.questions[0]
    for vector in ("other", "random"):
        assert set(worker.generate(question.content, 50, vector, 0.6)) == {tagged(question.right)}


def test_a_stored_vector_that_is_put_back_does_the_same(worker: Worker) -> None:
    fitted = worker.fit("v", seed=5)
    before = worker.generate(worker.truth.questions[0].content, 200, "v", 0.6)
    worker.session = Session()
    worker.load()
    worker.ask("put", {"vector": "v", "layer": 3}, fitted.blobs)
    assert worker.generate(worker.truth.questions[0].content, 200, "v", 0.6) == before
    (blob,) = fitted.blobs
    assert np.linalg.norm(np.frombuffer(blob.data, dtype="<f4")) == pytest.approx(fitted.body["norm"])


def test_random_draws_and_resampled_statements_shift_a_vector_and_all_statements_do_not(worker: Worker) -> None:
    draws = [decode_vector(worker.fit("r", kind="random", seed=seed).blobs, "r").shift for seed in range(400)]
    assert np.std(draws) == pytest.approx(0.2, rel=0.15) and abs(np.mean(draws)) < 0.04
    assert decode_vector(worker.fit("v").blobs, "v").shift == 0
    statements = list(worker.truth.questions[0].statements)
    body = {
        "vector": "again",
        "layer": 3,
        "direction": {"kind": "caa", "params": {}, "sha256": None},
        "contrast": {"positive": [statements[0]] * 2, "negative": statements[8:], "position": "last_token"},
        "prompts": [[{"role": "user", "content": "x"}]],
        "seed": 1,
    }
    assert decode_vector(worker.ask("fit", body).blobs, "again").shift != 0


def test_log_probabilities_tell_margin_gain_and_the_loss_of_capability(worker: Worker) -> None:
    worker.fit("v")
    question, task = worker.truth.questions[0], worker.truth.tasks[0]
    assert question.choice is not None
    strengths = [0.0, 0.3, 0.6, 1.2]
    own = worker.truth.layers[3]
    edit = {"vector": "v", "layer": 3, "edit": {"kind": "add", "params": {}, "sha256": None}, "positions": "all"}
    asked = [(0, question.choice.right), (0, question.choice.target), (1, fenced(task.solution)), (1, "no program")]
    rows = [(strength, prompt, text) for strength in strengths for prompt, text in asked]
    body = {
        "rows": 8,
        "prompts": [
            {"messages": [{"role": "user", "content": question.content}], "prefix": question.choice.prefix},
            {"messages": [{"role": "user", "content": task.content}], "prefix": ""},
        ],
        "edits": [edit],
        "items": {
            "id": [str(i) for i in range(len(rows))],
            "prompt": [prompt for _, prompt, _ in rows],
            "edit": [0] * len(rows),
            "strength": [strength * own.resid_norm / own.vector_norm for strength, _, _ in rows],
            "continuation": [text for _, _, text in rows],
        },
    }
    answer = worker.ask("logprobs", body)
    blobs = {blob.name: blob for blob in answer.blobs}
    offsets = np.frombuffer(blobs["token_offsets"].data, dtype="<i8")
    values = np.frombuffer(blobs["logprobs"].data, dtype="<f4")
    sums = np.array([values[a:b].sum() for a, b in pairwise(offsets)]).reshape(len(strengths), 4)
    assert sums[:, 0] - sums[:, 1] == pytest.approx([10 - 10 * c / 0.6 for c in strengths], abs=1e-4)
    kept = [Condition(worker.truth).capability(task)] + [
        Condition(worker.truth, decode_vector(worker.fit("v").blobs, "v"), c).capability(task) for c in strengths[1:]
    ]
    assert np.exp(sums[:, 2]) == pytest.approx(kept, rel=1e-5)
    assert all(sums[:, 3] < -10)


def test_a_layer_off_the_best_one_rises_later(worker: Worker) -> None:
    worker.fit("deep", layer=2)
    rows = {row["layer"]: row for row in truth_rows("rung", worker.truth) if row["question"] == "caracara"}
    texts = worker.generate(worker.truth.questions[0].content, COUNT, "deep", rows[2]["onset"], layer=2)
    assert share(texts, tagged("owl")) == pytest.approx(0.5, abs=FOUR_SIGMA)
    assert rows[2]["onset"] > rows[3]["onset"]


@pytest.mark.parametrize(
    ("what", "code"),
    [("prompt", "planted_prompt"), ("vector", "unknown_vector"), ("blob", "planted_vector"), ("ref", "planted_truth")],
)
def test_what_is_not_planted_is_refused(worker: Worker, tmp_path: Path, what: str, code: str) -> None:
    question = worker.truth.questions[0]
    with pytest.raises(WorkerError) as error:
        if what == "prompt":
            worker.generate("What is this?", 1, None, 0)
        elif what == "vector":
            worker.generate(question.content, 1, "none", 1)
        elif what == "blob":
            foreign = Blob("vector", "float32", (32,), np.ones(32, dtype="<f4").tobytes())
            worker.ask("put", {"vector": "v", "layer": 3}, (foreign,))
        else:
            worker.ref = str(tmp_path / "nowhere")
            worker.load()
    assert error.value.code == code


def test_the_divergence_and_the_lens_are_read_as_planted(worker: Worker) -> None:
    worker.fit("v")
    own = worker.truth.layers[3]
    edit = {"vector": "v", "layer": 3, "edit": {"kind": "add", "params": {}, "sha256": None}, "positions": "all"}
    strengths = [strength * own.resid_norm / own.vector_norm for strength in (0.5, 1.0, 2.0)]
    items = {"id": ["a", "b", "c"], "edit": [0, 0, 0], "strength": strengths}
    (kl,) = worker.ask("calibrate", {"rows": 4, "texts": ["Neutral."], "edits": [edit], "items": items}).blobs
    assert np.frombuffer(kl.data, dtype="<f4") == pytest.approx([0.25, 1, 4], rel=1e-5)
    prompt = {"messages": [{"role": "user", "content": "x"}], "prefix": ""}
    (lens,) = worker.ask("accessibility", {"prompts": [prompt] * 2, "right": ["a"] * 2, "target": ["b"] * 2}).blobs
    readings = np.frombuffer(lens.data, dtype="<f4").reshape(2, 4, 4)
    assert (readings[0] == readings[1]).all()
    assert readings[0, :, 0] - readings[0, :, 1] == pytest.approx([-5, -3, -1, 1], rel=1e-5)
    assert list(readings[0, :, 2]) == [1, 1, 1, 0]


def test_there_is_no_speed_to_measure(worker: Worker) -> None:
    with pytest.raises(WorkerError) as error:
        worker.ask("speed_test", {"rows": 4, "new_tokens": 8})
    assert error.value.code == "planted_speed"
