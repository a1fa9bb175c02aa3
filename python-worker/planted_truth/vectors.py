"""Planted vectors: tensors whose first entries say what they were fitted for, also when they are stored."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from planted_truth.chance import uniform
from planted_truth.truth import PlantedTruth, QuestionTruth
from steering_worker.errors import WorkerError
from steering_worker.protocol.frames import Blob

NAME = "vector"
#: Entries: kind, question, layer, shift, and one that completes the norm and is much larger than the others.
KINDS = ("caa", "random")
CODE = 1e-3


@dataclass(frozen=True)
class PlantedVector:
    """`question` is the index of the question whose statements it was fitted to; `shift` in octaves; `norm` is |v|."""

    kind: str
    question: int
    layer: int
    shift: float
    norm: float


def encode_vector(kind: str, question: int, layer: int, shift: float, norm: float, d_model: int) -> Blob:
    """The vector as the blob `vector`, float32 `[d_model]`, of the given norm."""
    codes = np.array([KINDS.index(kind) + 1, question + 1, layer + 1, shift], dtype=np.float64) * CODE * norm
    values = np.zeros(d_model, dtype="<f4")
    values[:4] = codes
    values[4] = math.sqrt(norm**2 - float(codes @ codes))
    return Blob(NAME, "float32", (d_model,), values.tobytes())


def decode_vector(blobs: Sequence[Blob], name: str) -> PlantedVector:
    """Raise `WorkerError` where the tensors are not those of a planted vector."""
    found = [blob for blob in blobs if blob.name == NAME and blob.dtype == "float32" and math.prod(blob.shape) >= 8]
    values = np.frombuffer(found[0].data, dtype="<f4").astype(np.float64) if found else np.zeros(8)
    norm = float(np.linalg.norm(values))
    codes = values[:4] / (CODE * norm) if norm > 0 else np.zeros(4)
    kind, question, layer = (round(float(code)) - 1 for code in codes[:3])
    if not 0 <= kind < len(KINDS) or question < 0 or layer < 0:
        raise WorkerError(
            "planted_vector",
            f"The vector `{name}` was not fitted by the worker of planted truths.",
            "Start this run with the worker that it began with, or anew with --fresh.",
        )
    return PlantedVector(KINDS[kind], question, layer, float(codes[3]), norm)


def question_of_statements(truth: PlantedTruth, statements: Sequence[str]) -> int:
    """Index of the question that all of the statements belong to; raise `WorkerError` where there is none."""
    for index, question in enumerate(truth.questions):
        if set(statements) <= set(question.statements):
            return index
    raise WorkerError(
        "planted_contrast",
        f"No planted question has the statement {next(iter(statements), '')!r}.",
        "Plant the question: name it in the ladder that the folder is made from.",
    )


def resampling_shift(truth: PlantedTruth, question: QuestionTruth, statements: Sequence[str]) -> float:
    """Octaves by which a vector of these statements differs: 0 if each of a pole's statements occurs once."""
    if len(set(statements)) == len(statements):
        return 0.0
    return _normal(truth.vector_octaves, question.id, *statements)


def random_shift(truth: PlantedTruth, seed: int) -> float:
    return _normal(truth.vector_octaves, "random", str(seed))


def _normal(deviation: float, *key: str) -> float:
    if deviation == 0:
        return 0.0
    digest = hashlib.blake2b("\n".join(key).encode(), digest_size=16).hexdigest()
    return deviation * NormalDist().inv_cdf(uniform(0, digest, "shift"))
