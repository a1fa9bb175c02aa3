"""Messages as bytes, read by the tests of both languages (tests/fixtures/frames).

`NAME.bin` holds the frames, each after its length as a little-endian u32; `NAME.json` says what they are. The worker's
messages are written here (`python -m tests.protocol.golden_frames`), the orchestrator's and the broken ones by
tests/worker/write-golden-frames.ts.
"""

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from steering_worker.protocol.frames import Blob, Message, decode, encode

FOLDER = Path(__file__).parents[3] / "tests" / "fixtures" / "frames"
EDGES = [2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**33 + 1, 2**53 - 1]
INTEGERS = [0, *EDGES, -1, *[-edge for edge in EDGES], 2.0**32]
LEASED = {"block": "b-1", "lease": 12, "attempt": 1}


def worker_message(kind: str, body: Mapping[str, Any], **about: Any) -> Message:
    return Message(**{"type": kind, "run": "run-1", "session": "s-1", "seq": 9, "body": body, **about})


def int_blob(name: str, dtype: str, values: list[int]) -> Blob:
    code = {"int32": "i", "int64": "q"}[dtype]
    return Blob(name, dtype, (len(values),), struct.pack(f"<{len(values)}{code}", *values))


WORKER_MESSAGES: dict[str, Message] = {
    "worker-hello": worker_message(
        "hello",
        {
            "protocol": {"major": 3, "minor": 0},
            "worker": "w1-1",
            "nonce": "0f3a",
            "pid": 4711,
            "python": "3.11.2",
            "packages": {"torch": "2.13.0"},
            "devices": [{"kind": "cuda", "name": "NVIDIA H200", "memory_bytes": 150_754_820_096}],
            "cores": 16,
        },
        session="",
        seq=0,
    ),
    "worker-heartbeat": worker_message("heartbeat", {"progress": 1_000_000, "state": "generating", "rss_bytes": 2**33}),
    # Leased and numbered as late in a run as can be: every integer keeps its form and its value.
    "worker-integers": worker_message(
        "result",
        {"vector": "v-1", "norm": 40.0, "info": {"integers": INTEGERS, "half": 0.5, "beyond": 1e300}},
        seq=2**32,
        reply_to=2**53 - 1,
        block="b-1",
        lease=2**53 - 1,
        attempt=2**31,
    ),
    "worker-describe": worker_message(
        "reply",
        {
            "directions": [
                {
                    "kind": "caa",
                    "summary": "Mean difference.",
                    "params_schema": {"type": "object", "properties": {"normalise": {"type": "boolean"}}},
                    "needs_contrast": True,
                    "contrast": "last_token",
                    "random": False,
                    "tensors": ["v"],
                }
            ],
            "edits": [
                {
                    "kind": "add",
                    "summary": "resid + strength * v",
                    "params_schema": {},
                    "axis": "log",
                    "units": ["raw", "resid"],
                    "neutral": 0.0,
                    "tensors": ["v"],
                }
            ],
            "engines": [{"name": "auto", "summary": "The faster one that agrees."}],
        },
        reply_to=1,
    ),
    "worker-load": worker_message(
        "reply",
        {
            "model_class": "Gemma3ForCausalLM",
            "parameters": 27_000_000_000,
            "layers": 2,
            "d_model": 64,
            "vocab_size": 512,
            "device": "cpu",
            "dtype": "float32",
            "engine": "transformer_lens",
            "engine_reason": "the only one",
            "fallback": False,
            "flops_per_token": 1_000_000,
            "matmul_flops": 5e10,
            "threads": 1,
            "revision": None,
            "hashes": {"weights": "a", "config": "b", "tokenizer": "c", "chat_template": "d"},
            "resid_norms": [12.5, 40.0],
            "load_seconds": 1.25,
        },
        reply_to=2,
    ),
    "worker-fit": worker_message(
        "result",
        {"vector": "v-1", "norm": 3.0, "info": {"pairs": 1, "top_share": 0.25, "features": [1, 2], "note": None}},
        reply_to=3,
        blobs=(Blob("v", "float32", (3,), struct.pack("<3f", 1.0, -2.0, 2.0)),),
        **LEASED,
    ),
    "worker-generate": worker_message(
        "result",
        {
            "samples": {
                "text": ["ein Falke 🦅", ""],
                "stop": ["end", "error"],
                "error": [None, "non_finite_logits"],
                "prompt_tokens": [14, 14],
                "applied_norm": [None, 12.5],
            },
            "realised_rows": 2,
            "steps": 4,
            "seconds": 0.5,
            "stages": {"prefill_seconds": 0.125, "decode_seconds": 0.25, "prefill_tokens": 14, "decode_tokens": 3},
        },
        reply_to=4,
        blobs=(int_blob("token_ids", "int32", [5, 6, 1]), int_blob("token_offsets", "int64", [0, 3, 3])),
        **LEASED,
    ),
    "worker-logprobs": worker_message(
        "result",
        {"items": {"n_tokens": [2], "error": [None]}, "realised_rows": 1, "seconds": 0.25},
        reply_to=5,
        blobs=(
            Blob("logprobs", "float32", (2,), struct.pack("<2f", -0.5, -7.25)),
            int_blob("token_ids", "int32", [5, 6]),
            int_blob("token_offsets", "int64", [0, 2]),
        ),
        **LEASED,
    ),
    "worker-calibrate": worker_message(
        "result",
        {"items": {"error": [None, "non_finite_logits"]}, "realised_rows": 1, "seconds": 0.25},
        reply_to=7,
        blobs=(Blob("kl", "float32", (2,), struct.pack("<2f", 0.125, 0.0)),),
        **LEASED,
    ),
    "worker-accessibility": worker_message(
        "reply",
        {"error": [None], "layers": 2},
        reply_to=8,
        blobs=(Blob("accessibility", "float32", (1, 2, 4), struct.pack("<8f", -9.5, -7, 80, 12, -0.25, -3, 0, 2)),),
    ),
    "worker-speed-test": worker_message(
        "reply",
        {
            "bandwidth": 2.5e10,
            "matmul_flops": 1e11,
            "realised_rows": 256,
            "tokens_per_second": 8000.0,
            "step": {"rows": 256.0, "flops": 2e9, "bytes": 4e7},
            "roofline": {"step_seconds": 0.02, "tokens_per_second": 12800.0, "bound": "arithmetic"},
            "share": 0.625,
            "seconds": 5.5,
        },
        reply_to=10,
    ),
    "worker-error": worker_message(
        "error",
        {
            "code": "out_of_memory",
            "message": "One row does not fit.",
            "advice": "Use a smaller model.",
            "retry": "smaller",
            "samples": [],
        },
        reply_to=6,
        **LEASED,
    ),
}


def join_frames(frames: list[bytes]) -> bytes:
    return b"".join(struct.pack("<I", len(frame)) + frame for frame in frames)


def split_frames(raw: bytes) -> list[bytes]:
    frames = []
    at = 0
    while at < len(raw):
        (length,) = struct.unpack_from("<I", raw, at)
        frames.append(raw[at + 4 : at + 4 + length])
        at += 4 + length
    return frames


def description(message: Message) -> dict[str, Any]:
    header = ("type", "run", "session", "seq", "reply_to", "block", "lease", "attempt")
    return {
        "valid": True,
        "header": {key: getattr(message, key) for key in header},
        "body": message.body,
        "blobs": [
            {"name": blob.name, "dtype": blob.dtype, "shape": list(blob.shape), "hex": blob.data.hex()}
            for blob in message.blobs
        ],
    }


def read_golden() -> dict[str, tuple[list[bytes], dict[str, Any]]]:
    """Frames and description of every committed case, by name."""
    return {
        path.stem: (split_frames(path.read_bytes()), json.loads(path.with_suffix(".json").read_text("utf-8")))
        for path in sorted(FOLDER.glob("*.bin"))
    }


def main() -> None:
    for name, message in WORKER_MESSAGES.items():
        frames = encode(message)
        text = json.dumps(description(decode(frames)), indent=1, ensure_ascii=False)
        (FOLDER / f"{name}.bin").write_bytes(join_frames(frames))
        (FOLDER / f"{name}.json").write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main()
