"""A planted rung and the handlers of a worker that answers for it."""

from pathlib import Path
from typing import Any

from planted_truth.handlers.table import HANDLERS
from planted_truth.make.ladder import Ladder
from planted_truth.session import Session
from planted_truth.truth import PlantedTruth
from steering_worker.handlers.answer import Answer
from steering_worker.protocol.frames import Blob, Message

LADDER = Ladder.model_validate(
    {
        "questions": ["caracara", "mercury"],
        "capabilities": ["python-five"],
        "rungs": [
            {
                "name": "rung",
                "parameters": 300_000,
                "onset": 0.6,
                "collapse": 0.9,
                "random_collapse": 1.5,
                "vector_octaves": 0.2,
                "own": {"mercury": {"onset": None}},
            }
        ],
    }
)


class Worker:
    """The handlers of one worker, without its socket."""

    def __init__(self, folder: Path, truth: PlantedTruth) -> None:
        self.truth = truth
        self.session = Session()
        self.ref = str(folder)

    def ask(self, kind: str, body: dict[str, Any], blobs: tuple[Blob, ...] = ()) -> Answer:
        handler = HANDLERS[kind]
        request = Message(type=kind, run="run", session="session", seq=0, body=body, blobs=blobs)
        return handler.run(self.session, handler.body.model_validate(body), request, lambda: None)

    def load(self) -> Answer:
        model = {
            "ref": self.ref,
            "revision": None,
            "device": "cpu",
            "dtype": "auto",
            "engine": "auto",
            "threads": 1,
        }
        chat = [{"role": "user", "content": self.truth.questions[0].content}]
        return self.ask("load", {"model": model, "norm_prompts": [chat]})

    def fit(self, name: str, kind: str = "caa", question: int = 0, layer: int = 3, seed: int = 1) -> Answer:
        statements = list(self.truth.questions[question].statements)
        half = len(statements) // 2
        body = {
            "vector": name,
            "layer": layer,
            "direction": {"kind": kind, "params": {}, "sha256": None},
            "contrast": {"positive": statements[:half], "negative": statements[half:], "position": "last_token"},
            "prompts": [[{"role": "user", "content": "x"}]],
            "seed": seed,
        }
        return self.ask("fit", body)

    def generate(
        self, prompt: str, count: int, vector: str | None, strength: float, layer: int = 3, temperature: float = 1.0
    ) -> list[str]:
        """Texts at a strength in shares of the residual norm."""
        own = self.truth.layers[layer]
        edit = {
            "vector": vector,
            "layer": layer,
            "edit": {"kind": "add", "params": {}, "sha256": None},
            "positions": "all",
        }
        decoding = {"temperature": temperature, "top_k": 0, "top_p": 1.0, "max_tokens": 8, "stop": []}
        body = {
            "rows": 16,
            "seed": 7,
            "prompts": [{"messages": [{"role": "user", "content": prompt}]}],
            "edits": [] if vector is None else [edit],
            "decodings": [decoding],
            "samples": {
                "id": [f"s{i}" for i in range(count)],
                "prompt": [0] * count,
                "edit": [-1 if vector is None else 0] * count,
                "strength": [strength * own.resid_norm / own.vector_norm] * count,
                "decoding": [0] * count,
            },
        }
        texts: list[str] = self.ask("generate", body).body["samples"]["text"]
        return texts
