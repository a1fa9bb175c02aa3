"""Both engines on small checkpoints of every family, in the proportions of its sizes, beside Hugging Face."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from torch import Tensor

from steering_worker.engines.engine import Continuation
from steering_worker.engines.masks import pad_left
from steering_worker.models.families.registry import FAMILIES
from steering_worker.models.load import load_model
from tests.checkpoints import make_multimodal_checkpoint, make_qwen2_checkpoint, make_text_checkpoint
from tests.engines.conftest import VARIANTS, WINDOW, Pair, add_edit, greedy, idle, make_variant, prompt, row, sampled
from tests.engines.reference import agree, greedy_reference, logits_of
from tests.engines.teacher_forced import forced, forced_logits

LENGTHS = (4, WINDOW - 1, WINDOW, WINDOW + 1, 6 * WINDOW)


@dataclass(frozen=True)
class Gemma3:
    """Heads, key-value heads and head size in the proportions of a size of Gemma 3."""

    heads: int
    kv_heads: int
    d_head: int
    query_pre_attn_scalar: int
    rope_factor: float | None
    multimodal: bool
    sharded: bool

    def __call__(self, folder: Path) -> Path:
        attention = {
            "num_attention_heads": self.heads,
            "num_key_value_heads": self.kv_heads,
            "head_dim": self.d_head,
            "query_pre_attn_scalar": self.query_pre_attn_scalar,
        }
        make = make_multimodal_checkpoint if self.multimodal else make_text_checkpoint
        return make(folder, layers=6, sharded=self.sharded, attention=attention, rope_factor=self.rope_factor)


#: Makers of checkpoints, by the name of the family and what is particular.
CHECKPOINTS: dict[str, Callable[[Path], Path]] = {
    "gemma3-270m": Gemma3(4, 1, 16, 16, None, False, False),
    "gemma3-1b": Gemma3(4, 1, 16, 16, None, False, True),
    "gemma3-4b": Gemma3(8, 4, 16, 16, 8.0, True, True),
    "gemma3-12b": Gemma3(16, 8, 16, 16, 8.0, True, False),
    "gemma3-27b": Gemma3(32, 16, 8, 11, 8.0, True, True),
    "gemma3-27b-text": Gemma3(32, 16, 8, 11, 8.0, False, True),
    "qwen2-tied": make_qwen2_checkpoint,
    "qwen2-sliding-untied": partial(make_qwen2_checkpoint, sliding_window=WINDOW, tied=False),
}


@pytest.fixture(scope="module", params=CHECKPOINTS)
def checkpoint(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return CHECKPOINTS[request.param](tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module", params=VARIANTS)
def family(checkpoint: Path, request: pytest.FixtureRequest) -> Pair:
    loaded = load_model(str(checkpoint), None, "cpu", "float32", lambda: None)
    plain: Any = getattr(transformers, loaded.model_class).from_pretrained(
        checkpoint, attn_implementation="eager", dtype=torch.float32
    )
    return Pair(loaded, make_variant(request.param, loaded), plain.eval())


@pytest.fixture(scope="module")
def references(checkpoint: Path) -> dict[Any, Any]:
    """What Hugging Face decodes greedily, by case: slow, and the same for every engine on a checkpoint."""
    return {}


def close(ours: Tensor, theirs: Tensor) -> bool:
    return float((ours - theirs).abs().max()) <= 1e-5 * float(theirs.abs().max())


def test_every_registered_family_is_covered() -> None:
    assert {name.partition("-")[0] for name in CHECKPOINTS} == {family.name for family in FAMILIES}


def test_logits_of_ragged_prompts_equal_hugging_face_eager(family: Pair) -> None:
    prompts = [prompt(length) for length in LENGTHS]
    layered = family.engine._layered
    padded = pad_left([asked.ids for asked in prompts], family.loaded.pad_id, family.loaded.device)
    with torch.inference_mode():
        resid, placed = layered.start(padded)
        logits = layered.unembed(layered.blocks(resid, placed, 0, family.loaded.layers))
    for asked, ours in zip(prompts, logits, strict=True):
        assert close(ours[-len(asked.ids) :], logits_of(family.plain, asked, [], None, 0.0))


def test_logits_of_every_step_equal_hugging_face_eager_far_past_the_window(family: Pair) -> None:
    d_model = family.loaded.d_model
    edits = [None, add_edit(d_model, 1, "all"), add_edit(d_model, 2, "generated"), add_edit(d_model, 5, "generated")]
    # The second half of the rows takes the places of the first; the longest reaches past six windows.
    rows = [
        row(f"{n}", prompt(LENGTHS[n % 5], n), greedy(2 * WINDOW + 3), edits[n % 4], 0.7)
        for n in range(2 * len(LENGTHS))
    ]
    for one, ours in zip(rows, forced_logits(family.engine, rows, len(LENGTHS)), strict=True):
        theirs = logits_of(family.plain, one.prompt, forced(one), one.edit, one.strength)[len(one.prompt.ids) - 1 :]
        assert all(close(step, wanted) for step, wanted in zip(ours, theirs, strict=True))


def test_decoding_far_past_the_window_gives_the_tokens_of_hugging_face(
    family: Pair, references: dict[Any, Any]
) -> None:
    edit = add_edit(family.loaded.d_model, 2, "generated")
    cases = [(prompt(length), strength) for length in LENGTHS for strength in (0.0, 1.0)]
    rows = [row(f"{n}", asked, greedy(2 * WINDOW + 3), edit, c) for n, (asked, c) in enumerate(cases)]
    for case, made in zip(cases, family.engine.generate(rows, 4, 0, idle).rows, strict=True):
        asked, strength = case
        if case not in references:
            ends = family.loaded.end_ids
            references[case] = greedy_reference(family.plain, asked, 2 * WINDOW + 3, ends, edit, strength)
        wanted, leads = references[case]
        assert agree(made.token_ids, wanted, leads)


def test_a_refilled_row_equals_a_fresh_one(family: Pair) -> None:
    edits = [None, add_edit(family.loaded.d_model, 1, "all"), add_edit(family.loaded.d_model, 4, "generated")]
    rows = [row(f"r{n}", prompt(LENGTHS[n % 5], n), sampled(3 + 5 * (n % 4)), edits[n % 3], 0.5) for n in range(12)]
    block = family.engine.generate(rows, 3, 1, idle)
    assert [made.token_ids for made in block.rows] == [
        family.engine.generate([alone], 1, 1, idle).rows[0].token_ids for alone in rows
    ]


def test_log_probabilities_equal_hugging_face(family: Pair) -> None:
    edit = add_edit(family.loaded.d_model, 3, "content")
    items = [
        Continuation(f"{n}", prompt(length), prompt(8, n).ids[1:], applied, 1.5)
        for n, length in enumerate(LENGTHS)
        for applied in (None, edit)
    ]
    for item, measured in zip(items, family.engine.logprobs(items, 3, idle).items, strict=True):
        logits = logits_of(family.plain, item.prompt, list(item.continuation), item.edit, item.strength)
        theirs = logits.log_softmax(-1)[len(item.prompt.ids) - 1 : -1]
        wanted = theirs.gather(1, torch.tensor(item.continuation)[:, None])[:, 0]
        assert torch.allclose(torch.tensor(measured.logprobs), wanted, atol=2e-5, rtol=1e-5)
