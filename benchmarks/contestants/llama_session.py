"""A context of llama.cpp with so many sequences."""

import ctypes
from typing import Any

from benchmarks.contestant import Context

F32, F16 = 0, 1


class LlamaSession:
    """`rows` sequences, of which every prompt has its share; sampling is Gumbel noise over the logits."""

    def __init__(self, model: Any, context: Context, rows: int, length: int) -> None:
        import llama_cpp
        import numpy as np

        self._api, self._numpy, self.rows = llama_cpp, np, rows
        shape = context.sweep.shape
        self._vocabulary, self._layer = int(shape.config["vocab_size"]), shape.layer
        self._layers, self._hidden = int(shape.config["num_hidden_layers"]), int(shape.config["hidden_size"])
        self._vector = np.array(context.sweep.vector, np.float32)
        self._random = np.random.default_rng(0)
        settings = llama_cpp.llama_context_default_params()
        settings.n_ctx, settings.n_seq_max = rows * (length + 8) + 256, rows
        settings.n_batch, settings.n_ubatch = 8192, 512
        settings.n_threads = settings.n_threads_batch = context.threads
        settings.kv_unified, settings.swa_full = True, False
        settings.type_k = settings.type_v = F32 if context.variant == "f32" else F16
        self._context = llama_cpp.llama_init_from_model(model, settings)
        if not self._context:
            raise RuntimeError(f"llama.cpp makes no context for {rows} sequences")

    def close(self) -> None:
        """Give the context's memory back."""
        self._api.llama_free(self._context)

    def steer(self, strength: float) -> None:
        """Add the vector at this strength to every row. The first block has no place in llama.cpp's buffer."""
        np = self._numpy
        buffer = np.zeros((self._layers - 1, self._hidden), np.float32)
        buffer[self._layer - 1] = strength * self._vector
        pointer = buffer.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        set_vector = self._api.llama_set_adapter_cvec
        if set_vector(self._context, pointer, buffer.size, self._hidden, self._layer, self._layer) != 0:
            raise RuntimeError("llama.cpp refused the control vector")

    def generate(self, prompts: list[list[int]], samples: int, tokens: int, sample: bool = True) -> list[list[int]]:
        """New tokens of `samples` rows a prompt; every prompt is read once and shared by its rows."""
        np, api = self._numpy, self._api
        api.llama_memory_clear(api.llama_get_memory(self._context), True)
        length, rows = len(prompts[0]), len(prompts) * samples
        logits = np.repeat(self._read_prompts(prompts, samples), samples, 0)
        batch = api.llama_batch_init(rows, 0, 1)
        columns = []
        for step in range(tokens):
            columns.append(self._choose(logits, sample))
            if step == tokens - 1:
                break
            batch.n_tokens = 0
            for row in range(rows):
                self._append(batch, int(columns[-1][row]), length + step, [row], True)
            logits = self._decode(batch, rows)
        api.llama_batch_free(batch)
        chosen: list[list[int]] = np.stack(columns, 1).tolist()
        return chosen

    def _read_prompts(self, prompts: list[list[int]], samples: int) -> Any:
        batch = self._api.llama_batch_init(len(prompts) * len(prompts[0]), 0, samples)
        batch.n_tokens = 0
        for number, prompt in enumerate(prompts):
            sequences = list(range(number * samples, (number + 1) * samples))
            for position, token in enumerate(prompt):
                self._append(batch, token, position, sequences, position == len(prompt) - 1)
        logits = self._decode(batch, len(prompts)).copy()
        self._api.llama_batch_free(batch)
        return logits

    def _choose(self, logits: Any, sample: bool) -> Any:
        if not sample:
            return logits.argmax(1)
        np = self._numpy
        return (logits - np.log(self._random.standard_exponential(logits.shape, dtype=np.float32))).argmax(1)

    def _decode(self, batch: Any, outputs: int) -> Any:
        if self._api.llama_decode(self._context, batch) != 0:
            raise RuntimeError("llama.cpp found no room for the batch")
        return self._numpy.ctypeslib.as_array(
            self._api.llama_get_logits(self._context), shape=(outputs, self._vocabulary)
        )

    @staticmethod
    def _append(batch: Any, token: int, position: int, sequences: list[int], wanted: bool) -> None:
        at = batch.n_tokens
        batch.token[at], batch.pos[at], batch.n_seq_id[at] = token, position, len(sequences)
        for place, sequence in enumerate(sequences):
            batch.seq_id[at][place] = sequence
        batch.logits[at] = wanted
        batch.n_tokens += 1
