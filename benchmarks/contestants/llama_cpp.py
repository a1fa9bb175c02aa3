"""llama.cpp through its C interface: a prompt once for its samples, a control vector for all rows of a context."""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.contestant import Context, Mode, Opened, Repetition, Run
from benchmarks.contestants.gguf_file import write_gguf
from benchmarks.contestants.llama_session import LlamaSession
from benchmarks.sweep import PROMPT, SAMPLES


@dataclass(frozen=True)
class Llama:
    """A model with one context at a time."""

    runs: dict[Mode, Run]
    prompts: list[list[int]]
    sessions: "Sessions"
    #: Held because llama.cpp keeps only its address.
    quiet: Any

    def greedy(self, strength: float, tokens: int) -> list[list[int]]:
        session = self.sessions.of(16)
        session.steer(strength)
        return session.generate(self.prompts, 1, tokens, sample=False)


class Sessions:
    """One context; another number of rows takes its place."""

    def __init__(self, model: Any, context: Context) -> None:
        self._model, self._context = model, context
        self._open: LlamaSession | None = None

    def of(self, rows: int) -> LlamaSession:
        """A context for so many rows."""
        if self._open is None or self._open.rows != rows:
            if self._open is not None:
                self._open.close()
            length = PROMPT + self._context.sweep.tokens
            self._open = LlamaSession(self._model, self._context, rows, length)
        return self._open


def open_contestant(context: Context) -> Opened:
    """The checkpoint as GGUF of the variant."""
    import llama_cpp

    quiet = llama_cpp.llama_log_callback(lambda _level, _text, _data: None)
    llama_cpp.llama_log_set(quiet, ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    settings = llama_cpp.llama_model_default_params()
    settings.n_gpu_layers = 0
    file = write_gguf(context.folder, context.variant)
    model = llama_cpp.llama_model_load_from_file(str(file).encode(), settings)
    if not model:
        raise RuntimeError(f"llama.cpp cannot load {file.name}")
    sessions = Sessions(model, context)
    prompts = [list(prompt) for prompt in context.sweep.prompts]
    tokens = context.sweep.tokens

    def by_strength(strengths: Sequence[float]) -> Repetition:
        session, made = sessions.of(len(prompts) * SAMPLES), 0
        for strength in strengths:
            session.steer(strength)
            made += sum(len(row) for row in session.generate(prompts, SAMPLES, tokens))
        return Repetition(made)

    def constant(strengths: Sequence[float]) -> Repetition:
        session = sessions.of(len(prompts) * SAMPLES * len(strengths))
        session.steer(1.0)
        return Repetition(sum(len(row) for row in session.generate(prompts, SAMPLES * len(strengths), tokens)))

    return Llama({"strength": by_strength, "constant": constant}, prompts, sessions, quiet)
