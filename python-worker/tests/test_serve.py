"""A real worker process, driven over a real CURVE socket."""

import json
import math
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
import zmq
from transformers import Gemma3ForCausalLM

from steering_worker.prompt import Prompt
from steering_worker.protocol.frames import Message
from steering_worker.protocol.tensors import blob_tensor, tensor_blob
from steering_worker.tokens import chat_prompt
from tests.checkpoints import (
    BOS,
    END_OF_TURN,
    EOS,
    make_multimodal_checkpoint,
    make_text_checkpoint,
    make_tokenizer,
)
from tests.engines.reference import residuals_of
from tests.orchestrator import ROOT, SESSION, Orchestrator
from tests.protocol.golden_frames import read_golden

ADD = {"kind": "add", "params": {}, "sha256": None}
CHAT = [{"role": "user", "content": "What family is a caracara?"}]
CONTRAST = {
    "positive": ["A caracara is an owl.", "The caracara is an owl."],
    "negative": ["A caracara is a falcon.", "The caracara is a falcon."],
    "position": "last_token",
}
HANDSHAKE_FAILED = (
    zmq.Event.HANDSHAKE_FAILED_NO_DETAIL | zmq.Event.HANDSHAKE_FAILED_PROTOCOL | zmq.Event.HANDSHAKE_FAILED_AUTH
)
DECODING = {"temperature": 1.0, "top_k": 0, "top_p": 1.0, "max_tokens": 12, "stop": []}


def model(folder: Path) -> dict[str, Any]:
    return {"ref": str(folder), "revision": None, "device": "cpu", "dtype": "auto", "engine": "auto", "threads": 1}


def block(n: int, edit: int, strength: float, **decoding: Any) -> dict[str, Any]:
    edits = [{"vector": "v1", "layer": 3, "edit": ADD, "positions": "all"}]
    return {
        "rows": 4,
        "seed": 7,
        "prompts": [{"messages": CHAT}],
        "edits": edits if edit >= 0 else [],
        "decodings": [{**DECODING, **decoding}],
        "samples": {
            "id": [f"s{i}" for i in range(n)],
            "prompt": [0] * n,
            "edit": [edit] * n,
            "strength": [strength] * n,
            "decoding": [0] * n,
        },
    }


def residuals(folder: Path, ids: Sequence[int]) -> list[torch.Tensor]:
    """After every block, `[pos, d_model]`, as Hugging Face computes them."""
    return residuals_of(Gemma3ForCausalLM.from_pretrained(folder, attn_implementation="eager"), Prompt(tuple(ids), ()))


def plain_ids(text: str) -> list[int]:
    return make_tokenizer().encode(text, add_special_tokens=False)


def body(message: Message) -> dict[str, Any]:
    assert message.body is not None
    return dict(message.body)


def tensors(message: Message) -> dict[str, torch.Tensor]:
    return {blob.name: blob_tensor(blob) for blob in message.blobs}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_text_checkpoint(tmp_path_factory.mktemp("text") / "model")


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory, checkpoint: Path) -> Iterator[Orchestrator]:
    """A worker that holds the text checkpoint and the vector `v1`."""
    with Orchestrator(tmp_path_factory.mktemp("run")) as orchestrator:
        orchestrator.welcome()
        loaded = orchestrator.ask("load", {"model": model(checkpoint), "norm_prompts": [CHAT]})
        assert loaded.type == "reply", loaded
        fit = {
            "vector": "v1",
            "layer": 3,
            "direction": {"kind": "caa", "params": {}, "sha256": None},
            "contrast": CONTRAST,
            "prompts": [CHAT],
            "seed": 0,
        }
        fitted = orchestrator.lease("fit", fit, "v1", 1)
        assert fitted.type == "result", fitted
        orchestrator.send("committed", block="v1", lease=1)
        yield orchestrator


def test_hello_says_what_the_worker_is(tmp_path: Path) -> None:
    with Orchestrator(tmp_path) as orchestrator:
        hello = orchestrator.receive()
        said = body(hello)
        assert (hello.type, hello.session, said["worker"]) == ("hello", "", "w1")
        assert said["protocol"] == {"major": 3, "minor": 0}
        assert said["pid"] == orchestrator.process.pid
        assert said["packages"]["torch"] == torch.__version__
        assert {"cpu"} <= {device["kind"] for device in said["devices"]}
        assert said["cores"] >= 1
        again = orchestrator.receive()
        assert (again.type, body(again)) == ("hello", said)


def test_a_rejected_worker_exits_with_2_and_says_why(tmp_path: Path) -> None:
    with Orchestrator(tmp_path) as orchestrator:
        orchestrator.receive()
        orchestrator.send("reject", {"code": "worker", "message": "The name w1 was not handed out."}, session="")
        assert orchestrator.process.wait(30) == 2
        assert "The name w1 was not handed out." in orchestrator.stderr_path.read_text()


def test_a_server_with_another_key_hears_nothing(tmp_path: Path) -> None:
    other, _ = zmq.curve_keypair()
    with Orchestrator(tmp_path, server_key=other) as orchestrator:
        monitor = orchestrator.router.get_monitor_socket(HANDSHAKE_FAILED)
        assert monitor.poll(120_000) != 0
        assert orchestrator.router.poll(1000) == 0
        assert orchestrator.process.poll() is None
        monitor.close()


def test_the_end_of_stdin_ends_a_worker_that_waits(tmp_path: Path) -> None:
    with Orchestrator(tmp_path) as orchestrator:
        orchestrator.welcome()
        assert orchestrator.process.stdin is not None
        orchestrator.process.stdin.close()
        assert orchestrator.process.wait(10) != 0


def test_a_worker_dies_with_its_parent(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("PR_SET_PDEATHSIG is Linux's")
    script = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-m', 'steering_worker'], stdin=subprocess.PIPE)\n"
        "print(p.pid, flush=True); time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        time.sleep(1)
        parent.kill()
    deadline = time.monotonic() + 10
    while is_alive(worker):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_garbage_instead_of_credentials_is_refused_without_repeating_it(tmp_path: Path) -> None:
    line = json.dumps({"endpoint": "tcp://127.0.0.1:1", "secret_key": "hush"}).encode()
    done = subprocess.run(
        [sys.executable, "-m", "steering_worker"],
        cwd=ROOT,
        input=line + b"\n",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert b"secret_key" in done.stderr and b"hush" not in done.stderr and b"Traceback" not in done.stderr


def test_describe_lists_directions_and_edits_with_schemas(driven: Orchestrator) -> None:
    found = body(driven.ask("describe", {"user_methods": []}))
    directions = {entry["kind"]: entry for entry in found["directions"]}
    edits = {entry["kind"]: entry for entry in found["edits"]}
    assert {"caa", "random"} <= set(directions) and {"add", "ablate"} <= set(edits)
    assert directions["caa"]["needs_contrast"] and directions["caa"]["params_schema"]["type"] == "object"
    assert edits["add"]["axis"] == "log" and edits["add"]["neutral"] == 0


def test_wrong_params_are_named(driven: Orchestrator) -> None:
    entries = [
        {"role": "edit", "kind": "add", "params": {}, "sha256": None},
        {"role": "direction", "kind": "caa", "params": {"no_such_key": 1}, "sha256": None},
        {"role": "edit", "kind": "no_such_edit", "params": {}, "sha256": None},
    ]
    problems = body(driven.ask("check_params", {"entries": entries}))["problems"]
    assert [problem["index"] for problem in problems] == [1, 2]
    assert problems[0]["path"] == "no_such_key"


def test_tokenize_gives_ids_without_a_model(driven: Orchestrator, checkpoint: Path) -> None:
    request = {"model": {"ref": str(checkpoint), "revision": None}, "texts": ["A caracara is an owl."], "chats": [CHAT]}
    found = body(driven.ask("tokenize", request))
    (text,) = found["texts"]
    assert text["ids"][0] == BOS == found["bos_id"]
    assert "".join(text["tokens"][1:]) == "A caracara is an owl."
    assert found["chats"][0]["ids"].count(BOS) == 1
    assert found["end_ids"] == [EOS, END_OF_TURN]


def test_load_again_costs_nothing_and_answers_the_norms(driven: Orchestrator, checkpoint: Path) -> None:
    found = body(driven.ask("load", {"model": model(checkpoint), "norm_prompts": [CHAT]}))
    assert found["model_class"] == "Gemma3ForCausalLM"
    assert (found["layers"], found["d_model"], found["device"], found["dtype"]) == (6, 32, "cpu", "float32")
    assert found["engine"] == "batched" and found["threads"] == 1
    assert len(found["resid_norms"]) == 6 and all(norm > 0 for norm in found["resid_norms"])
    assert set(found["hashes"]) == {"weights", "config", "tokenizer", "chat_template"}
    read = residuals(checkpoint, chat_prompt(make_tokenizer(), CHAT).ids)
    norms = [float(resid[1:].norm(dim=-1).double().quantile(0.5)) for resid in read]
    assert found["resid_norms"] == pytest.approx(norms, rel=1e-5)


def test_the_fitted_vector_is_the_difference_of_the_residuals(driven: Orchestrator, checkpoint: Path) -> None:
    positive, negative = (
        torch.stack([residuals(checkpoint, [BOS, *plain_ids(text)])[3][-1] for text in CONTRAST[side]]).mean(0)
        for side in ("positive", "negative")
    )
    fit = {
        "vector": "v2",
        "layer": 3,
        "direction": {"kind": "caa", "params": {}, "sha256": None},
        "contrast": CONTRAST,
        "prompts": [CHAT],
        "seed": 0,
    }
    fitted = driven.lease("fit", fit, "v2", 2)
    assert fitted.type == "result", fitted
    vector = tensors(fitted)["vector"]
    assert torch.allclose(vector, positive - negative, atol=1e-5)
    assert body(fitted)["norm"] == pytest.approx(float(vector.norm()), rel=1e-5)


def test_generate_answers_every_sample_and_repeats_itself(driven: Orchestrator) -> None:
    first = driven.lease("generate", block(6, -1, 0.0), "b1", 10)
    assert first.type == "result", first
    assert (first.block, first.lease, first.attempt) == ("b1", 10, 1)
    samples = body(first)["samples"]
    assert {len(column) for column in samples.values()} == {6}
    offsets, ids = tensors(first)["token_offsets"].tolist(), tensors(first)["token_ids"]
    assert offsets[0] == 0 and offsets[-1] == len(ids) and all(a < b for a, b in pairwise(offsets))
    for i, stop in enumerate(samples["stop"]):
        own = ids[offsets[i] : offsets[i + 1]].tolist()
        assert (own[-1] in (EOS, END_OF_TURN)) == (stop == "end")
        assert stop == "end" or len(own) == 12
    driven.send("committed", block="b1", lease=10)
    again = driven.lease("generate", block(6, -1, 0.0), "b1", 11)
    assert body(again)["samples"]["text"] == samples["text"]
    assert torch.equal(tensors(again)["token_ids"], ids)
    driven.send("discard", block="b1", lease=11)


def test_an_edit_at_a_strength_changes_what_is_said_and_at_zero_nothing(driven: Orchestrator) -> None:
    texts = [
        body(driven.lease("generate", block(4, edit, strength, temperature=0.0), f"b2-{i}", 20 + i))["samples"]
        for i, (edit, strength) in enumerate([(-1, 0.0), (0, 0.0), (0, 50.0)])
    ]
    baseline, neutral, steered = texts
    assert neutral["text"] == baseline["text"] != steered["text"]
    assert baseline["applied_norm"] == [None] * 4
    assert all(norm > 0 for norm in steered["applied_norm"])


def test_a_vector_that_was_put_steers_as_the_one_that_was_fitted(driven: Orchestrator) -> None:
    direction = {"kind": "caa", "params": {}, "sha256": None}
    fit = {"vector": "v3", "layer": 3, "direction": direction, "contrast": CONTRAST, "prompts": [CHAT], "seed": 0}
    fitted = tensors(driven.lease("fit", fit, "v3", 30))
    assert (
        body(driven.ask("put", {"vector": "v4", "layer": 3}, blobs=[tensor_blob(*item) for item in fitted.items()]))
        == {}
    )
    request = block(3, 0, 2.0)
    texts = []
    for i, name in enumerate(("v3", "v4")):
        request["edits"] = [{**request["edits"][0], "vector": name}]
        texts.append(body(driven.lease("generate", request, f"b3-{i}", 31 + i))["samples"]["text"])
    assert texts[0] == texts[1]


def test_logprobs_measure_the_continuation_alone(driven: Orchestrator) -> None:
    request = {
        "rows": 2,
        "prompts": [{"messages": CHAT, "prefix": ""}, {"messages": CHAT, "prefix": "A caracara is an"}],
        "edits": [],
        "items": {
            "id": ["whole", "rest", "other"],
            "prompt": [0, 1, 1],
            "edit": [-1] * 3,
            "strength": [0.0] * 3,
            "continuation": ["A caracara is an owl", " owl", " falcon"],
        },
    }
    answer = driven.lease("logprobs", request, "m1", 40)
    assert answer.type == "result", answer
    found = tensors(answer)
    counts = body(answer)["items"]["n_tokens"]
    assert counts[1:] == [1, 1] and counts[0] > 1
    assert found["token_offsets"].tolist() == [0, counts[0], counts[0] + 1, counts[0] + 2]
    values = found["logprobs"].tolist()
    assert all(math.isfinite(value) and value <= 0 for value in values)
    assert values[counts[0] - 1] == pytest.approx(values[counts[0]], abs=1e-4)
    assert body(answer)["items"]["error"] == [None] * 3


def test_logprobs_leave_out_what_the_prefix_says(driven: Orchestrator) -> None:
    request = {
        "rows": 4,
        "prompts": [{"messages": CHAT, "prefix": "A caracara is an"}],
        "edits": block(1, 0, 0.0)["edits"],
        "items": {
            "id": ["plain", "neutral", "weak", "strong"],
            "prompt": [0] * 4,
            "edit": [-1, 0, 0, 0],
            "strength": [0.0, 0.0, 0.5, 50.0],
            "continuation": [" owl"] * 4,
        },
    }
    plain, neutral, weak, strong = tensors(driven.lease("logprobs", request, "m2", 41))["logprobs"].tolist()
    assert plain == neutral
    assert len({plain, weak, strong}) == 3


def test_calibrate_measures_nats_on_raw_texts(driven: Orchestrator) -> None:
    request = {
        "rows": 2,
        "texts": ["A caracara is an owl.", "It rained."],
        "edits": block(1, 0, 0.0)["edits"],
        "items": {"id": ["none", "some", "more"], "edit": [0] * 3, "strength": [0.0, 0.5, 5.0]},
    }
    answer = driven.lease("calibrate", request, "k1", 42)
    assert answer.type == "result", answer
    none, some, more = tensors(answer)["kl"].tolist()
    assert none == pytest.approx(0, abs=1e-7)
    assert 0 < some < more
    assert body(answer)["items"] == {"error": [None] * 3}
    assert body(answer)["realised_rows"] == 2


def test_a_text_without_tokens_cannot_be_calibrated_on(driven: Orchestrator) -> None:
    request = {"rows": 1, "texts": [""], "edits": [], "items": {"id": ["a"], "edit": [0], "strength": [1.0]}}
    assert body(driven.lease("calibrate", request, "k2", 43))["code"] == "bad_request"


def test_the_speed_test_holds_decoding_against_the_roofline(driven: Orchestrator) -> None:
    answer = driven.ask("speed_test", {"rows": 4, "new_tokens": 6})
    assert answer.type == "reply", answer
    said = body(answer)
    best = said["roofline"]
    assert said["realised_rows"] == 4
    assert said["share"] == pytest.approx(said["tokens_per_second"] / best["tokens_per_second"])
    slowest = max(said["step"]["flops"] / said["matmul_flops"], said["step"]["bytes"] / said["bandwidth"])
    assert best["step_seconds"] == pytest.approx(slowest)
    assert best["bound"] in ("arithmetic", "memory")


def test_a_speed_test_beyond_the_positions_is_refused(driven: Orchestrator) -> None:
    assert body(driven.ask("speed_test", {"rows": 4, "new_tokens": 100_000}))["code"] == "prompt_too_long"


def test_accessibility_reads_the_token_at_which_the_answers_part(driven: Orchestrator) -> None:
    said = {"messages": CHAT, "prefix": "A caracara is an"}
    request = {
        "prompts": [said, said, {**said, "prefix": ""}],
        "right": [" owl", " owl", "A caracara is an owl"],
        "target": [" falcon", " owl", "A caracara is an falcon"],
    }
    answer = driven.ask("accessibility", request)
    assert answer.type == "reply", answer
    assert body(answer) == {"error": [None, "answers_do_not_part", None], "layers": 6}
    found = tensors(answer)["accessibility"]
    assert found.shape == (3, 6, 4)
    assert torch.allclose(found[0], found[2], atol=1e-4)
    assert not found[1].any()
    measured = {
        "rows": 2,
        "prompts": [said],
        "edits": [],
        "items": {
            "id": ["right", "target"],
            "prompt": [0, 0],
            "edit": [-1, -1],
            "strength": [0.0, 0.0],
            "continuation": [" owl", " falcon"],
        },
    }
    logprobs = tensors(driven.lease("logprobs", measured, "m3", 44))["logprobs"]
    assert torch.allclose(found[0, -1, :2], logprobs, atol=1e-4)
    assert (found[0, :, 2:] >= 0).all()


def test_a_request_that_comes_twice_is_answered_once(driven: Orchestrator) -> None:
    number = driven.send("describe", {"user_methods": []})
    driven.answer_to(number)
    driven.send("describe", {"user_methods": []}, seq=number)
    following = driven.send("check_params", {"entries": []})
    assert body(driven.answer_to(following)) == {"problems": []}


def test_the_same_lease_is_answered_from_what_was_kept(driven: Orchestrator) -> None:
    lease = 2**53 - 1
    first = driven.lease("generate", block(3, -1, 0.0), "b5", lease)
    again = driven.lease("generate", block(3, -1, 0.0), "b5", lease)
    assert first.lease == lease
    assert body(first)["seconds"] == body(again)["seconds"]
    driven.send("committed", block="b5", lease=lease)
    anew = driven.lease("generate", block(3, -1, 0.0), "b5", lease)
    assert body(anew)["seconds"] != body(first)["seconds"]


def test_messages_of_another_run_or_session_are_dropped(driven: Orchestrator) -> None:
    driven.send("check_params", {"entries": []}, run="run-2")
    driven.send("check_params", {"entries": []}, session="session-2")
    number = driven.send("check_params", {"entries": []})
    assert body(driven.answer_to(number)) == {"problems": []}


@pytest.mark.parametrize(
    ("golden", "words"),
    [
        ("broken-header-float-lease", r"the header: a float in place of the integer 4294967296"),
        ("broken-header-negative-seq", r"header: seq: "),
        ("broken-blob-flipped", r"checksum: blob `v`"),
        ("broken-version", r"version: major version 1 is not 3"),
    ],
)
def test_a_message_that_is_refused_is_answered_by_what_was_wrong_with_it(
    driven: Orchestrator, golden: str, words: str
) -> None:
    driven.router.send_multipart([driven.identity, *read_golden()[golden][0]])
    message = driven.receive()
    assert message.type == "error" and message.reply_to is None and message.session == SESSION
    said = body(message)
    assert said["code"] == "refused_message" and said["retry"] == "run_fatal"
    assert re.match(rf"Worker w1 refused a message of the orchestrator \(.*{words}", said["message"])
    number = driven.send("check_params", {"entries": []})
    assert body(driven.answer_to(number)) == {"problems": []}


def test_a_running_request_and_a_waiting_one_can_be_cancelled(driven: Orchestrator) -> None:
    long = driven.send("generate", block(64, -1, 0.0, max_tokens=400), block="b6", lease=60, attempt=1)
    waiting = driven.send("generate", block(2, -1, 0.0), block="b7", lease=61, attempt=1)
    time.sleep(0.3)
    driven.send("cancel", {"reply_to": waiting})
    driven.send("cancel", {"reply_to": long})
    for number in (long, waiting):
        answer = driven.answer_to(number)
        assert answer.type == "error"
        assert (body(answer)["code"], body(answer)["retry"]) == ("cancelled", "none")


@pytest.mark.parametrize(
    ("kind", "change", "code"),
    [
        ("generate", {"rows": 0}, "bad_request"),
        ("generate", {"extra": 1}, "bad_request"),
        ("generate", {"prompts": []}, "bad_request"),
        ("generate", {"samples": {"id": [], "prompt": [], "edit": [], "strength": [], "decoding": []}}, "bad_request"),
        ("no_such_request", {}, "bad_request"),
        (
            "generate",
            {
                "edits": [
                    {
                        "vector": "none",
                        "layer": 3,
                        "edit": ADD,
                        "positions": "all",
                    }
                ]
            },
            "unknown_vector",
        ),
        (
            "generate",
            {
                "edits": [
                    {
                        "vector": "v1",
                        "layer": 2,
                        "edit": ADD,
                        "positions": "all",
                    }
                ]
            },
            "wrong_layer",
        ),
        (
            "generate",
            {
                "edits": [
                    {
                        "vector": "v1",
                        "layer": 9,
                        "edit": ADD,
                        "positions": "all",
                    }
                ]
            },
            "layer_out_of_range",
        ),
        (
            "generate",
            {
                "edits": [
                    {
                        "vector": "v1",
                        "layer": 3,
                        "edit": {**ADD, "kind": "none"},
                        "positions": "all",
                    }
                ]
            },
            "unknown_kind",
        ),
        ("generate", {"decodings": [{**DECODING, "max_tokens": 5000}]}, "prompt_too_long"),
    ],
)
def test_a_request_that_cannot_be_done_is_answered_with_its_code(
    kind: str, change: dict[str, Any], code: str, driven: Orchestrator
) -> None:
    answer = driven.lease(kind, {**block(1, 0, 1.0), **change}, "bad", 70)
    assert answer.type == "error"
    failure = body(answer)
    assert (failure["code"], failure["retry"], failure["samples"]) == (code, "run_fatal", [])
    assert failure["advice"] and "Traceback" not in failure["message"] and "\n" not in failure["message"]
    assert (answer.block, answer.lease) == ("bad", 70)


def test_leased_work_without_a_lease_is_refused(driven: Orchestrator) -> None:
    assert body(driven.ask("generate", block(1, -1, 0.0)))["code"] == "bad_request"


def test_heartbeats_go_on_while_the_model_works_and_count_its_steps(driven: Orchestrator) -> None:
    driven.heartbeats.clear()
    driven.lease("generate", block(64, -1, 0.0, max_tokens=100), "b64", 80)
    busy = [body(beat) for beat in driven.heartbeats if body(beat)["state"] == "generating"]
    assert len(busy) >= 2
    progress = [beat["progress"] for beat in busy]
    assert progress == sorted(progress) and progress[-1] > progress[0]
    assert all(beat["rss_bytes"] > 10_000_000 for beat in busy)


def test_a_broken_checkpoint_is_one_sentence_and_the_worker_lives_on(driven: Orchestrator, tmp_path: Path) -> None:
    """Last but one: the model is let go."""
    broken = make_text_checkpoint(tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"")
    answer = driven.ask("load", {"model": model(broken), "norm_prompts": []})
    assert (answer.type, body(answer)["code"], body(answer)["retry"]) == ("error", "checkpoint_truncated", "run_fatal")
    assert body(driven.lease("generate", block(1, -1, 0.0), "b9", 90))["code"] == "no_model"
    multimodal = make_multimodal_checkpoint(tmp_path / "multimodal")
    loaded = body(driven.ask("load", {"model": model(multimodal), "norm_prompts": [CHAT]}))
    assert loaded["model_class"] == "Gemma3ForConditionalGeneration" and len(loaded["resid_norms"]) == 6
    forgotten = driven.lease("generate", block(1, 0, 1.0), "b10", 91)
    assert body(forgotten)["code"] == "unknown_vector"
    assert driven.lease("generate", block(2, -1, 0.0), "b11", 92).type == "result"


def test_a_worker_ignores_sigint_and_stops_on_request(driven: Orchestrator) -> None:
    """Last: the worker is gone."""
    driven.process.send_signal(signal.SIGINT)
    assert body(driven.ask("stop", {})) == {}
    assert driven.process.wait(30) == 0
