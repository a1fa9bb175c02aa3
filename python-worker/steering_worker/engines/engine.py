"""The contract of an engine: hooked forward passes over blocks of rows that may differ in everything."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from jaxtyping import Float
from torch import Tensor

from steering_worker.edits.edit import Edit
from steering_worker.progress import Progress
from steering_worker.prompt import Prompt

Positions = Literal["all", "prompt", "content", "generated"]
Stop = Literal["end", "length", "stop", "error"]


@dataclass(frozen=True)
class Decoding:
    """temperature 0 is greedy; top_k 0 and top_p 1 are off; stop strings are matched in the decoded text."""

    temperature: float
    top_k: int
    top_p: float
    max_tokens: int
    stop: tuple[str, ...] = ()


@dataclass(frozen=True)
class AppliedEdit:
    """An edit with what was fitted for it. Rows that share it are edited together.

    `layers`: the blocks after which it acts, ascending, one at least (`edits.layers.edited_layers`).
    """

    edit: Edit
    fitted: dict[str, Tensor]
    layers: tuple[int, ...]
    positions: Positions


def acting(edit: AppliedEdit | None, strength: float) -> AppliedEdit | None:
    """The edit; None where its strength is the neutral one, at which a row is the unedited row."""
    return None if edit is None or strength == edit.edit.neutral else edit


@dataclass(frozen=True)
class Row:
    """One sample to generate. `edit` None is the baseline: no hook touches the row."""

    id: str
    prompt: Prompt
    edit: AppliedEdit | None
    strength: float
    decoding: Decoding


@dataclass(frozen=True)
class Generated:
    """token_ids keep the end token; `applied_norm` is the mean norm of the change over all that was edited: every
    edited position after every edited block."""

    token_ids: tuple[int, ...]
    stop: Stop
    error: str | None
    applied_norm: float | None


@dataclass(frozen=True)
class Continuation:
    """Tokens whose log-probabilities after a prompt are measured, under an edit or none, except the first `skip`."""

    id: str
    prompt: Prompt
    continuation: tuple[int, ...]
    edit: AppliedEdit | None
    strength: float
    skip: int = 0


@dataclass(frozen=True)
class Measured:
    """A log-probability (nats) for each requested token; `error` is `non_finite_logits` for NaN or infinite logits."""

    logprobs: tuple[float, ...]
    error: str | None


@dataclass(frozen=True)
class Stages:
    """Wall-clock time of a block's stages, and the tokens that passed through the model in each.

    A decoding step counts one token for each place, whether its row has ended or not.
    """

    prefill_seconds: float
    decode_seconds: float
    prefill_tokens: int
    decode_tokens: int


@dataclass(frozen=True)
class BlockResult:
    """Results in the order of the given rows, and the rows at a time that memory finally allowed."""

    rows: tuple[Generated, ...]
    realised_rows: int
    steps: int
    stages: Stages = field(compare=False)


@dataclass(frozen=True)
class MeasuredResult:
    items: tuple[Measured, ...]
    realised_rows: int


@dataclass(frozen=True)
class Condition:
    """An edit at a strength."""

    id: str
    edit: AppliedEdit
    strength: float


@dataclass(frozen=True)
class Divergence:
    """KL(unsteered || steered) in nats per position; 0 and an error for NaN or infinite steered logits."""

    kl: float
    error: str | None


@dataclass(frozen=True)
class DivergenceResult:
    items: tuple[Divergence, ...]
    realised_rows: int


class Engine(Protocol):
    """Results are a function of model, arguments, threads, machine type and the rows that went at a time.

    Those are `rows_at_a_time`, or fewer if the free memory does not hold as many (`realised_rows`); results then
    differ by rounding from those with more.
    """

    name: str

    def residuals(
        self, prompts: Sequence[Prompt], layers: Sequence[int], progress: Progress
    ) -> list[Float[Tensor, "pos layers d_model"]]:
        """Unedited residuals after the given blocks, float32 on the CPU, `<bos>` included, one tensor per prompt."""

    def generate(self, rows: Sequence[Row], rows_at_a_time: int, seed: int, progress: Progress) -> BlockResult:
        """Generate every row; a finished row's place is refilled from the block."""

    def logprobs(self, items: Sequence[Continuation], rows_at_a_time: int, progress: Progress) -> MeasuredResult:
        """Log-probabilities at temperature 1; positions `generated` are the last of the prompt and all after it."""

    def divergences(
        self, texts: Sequence[Prompt], items: Sequence[Condition], rows_at_a_time: int, progress: Progress
    ) -> DivergenceResult:
        """Mean divergence of the next-token distribution over all texts' positions but `<bos>`, which alone is left
        unedited, whatever the positions of the edits."""

    def logit_lens(
        self, prompts: Sequence[Prompt], tokens: Sequence[Sequence[int]], progress: Progress
    ) -> list[Float[Tensor, "layers tokens 2"]]:
        """The unedited model's unembedding after every block, at the last position of each prompt: log-probability
        (nats) and rank (from 0) of the prompt's `tokens`, float32 on the CPU."""
