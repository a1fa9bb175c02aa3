"""Every direction and edit gives the same samples and measurements through every engine."""

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from steering_worker.directions.direction import Evidence
from steering_worker.edits.layers import edited_layers
from steering_worker.engines.engine import AppliedEdit, Condition, Continuation, Decoding, Positions
from steering_worker.engines.on_module import FASTEST, ON_MODULE, REFERENCE
from steering_worker.methods.registry import DIRECTIONS, EDITS, make_direction, make_edit
from steering_worker.models.load import load_model
from tests.checkpoints import make_text_checkpoint
from tests.dictionary_files import D_MODEL, normal, write_dictionary
from tests.edits.test_contract import VARIANTS as EDIT_VARIANTS
from tests.edits.test_contract import fitted_for
from tests.engines.conftest import WINDOW, add_edit, idle, prompt, row

LAYERS = 4
SEVERAL = ((0, 2), (1, 3), (2, 3), (0, 1, 2, 3))
POSITIONS: tuple[Positions, ...] = ("all", "prompt", "content", "generated")


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = make_text_checkpoint(tmp_path_factory.mktemp("agree"), layers=LAYERS, hidden=D_MODEL)
    return {
        name: make(load_model(str(folder), None, "cpu", "float32", lambda: None)) for name, make in ON_MODULE.items()
    }


def edits() -> list[AppliedEdit]:
    """Every registered edit, at different layers and positions, and an addition at several layers."""
    made = []
    for n, (kind, params) in enumerate(EDIT_VARIANTS):
        edit = make_edit(kind, params)
        made += [
            AppliedEdit(edit, fitted_for(edit), edited_layers(edit, (n + m) % LAYERS, LAYERS), p)
            for m, p in enumerate(POSITIONS)
        ]
    return made + [add_edit(D_MODEL, layers, p) for layers, p in zip(SEVERAL, POSITIONS, strict=True)]


def test_every_registered_edit_is_covered() -> None:
    assert {applied.edit.kind for applied in edits()} == set(EDITS)


def test_a_block_of_all_edits_gives_the_same_tokens(engines: dict[str, Any]) -> None:
    decodings = [
        Decoding(0.0, 0, 1.0, 9),
        Decoding(1.0, 0, 1.0, 12),
        Decoding(0.7, 5, 1.0, 7),
        Decoding(1.2, 0, 0.8, WINDOW + 4),
        Decoding(1.0, 20, 0.9, 5),
    ]
    rows = [
        row(f"{n}", prompt(5 + 3 * (n % 6), n % 4), decodings[n % 5], applied, 0.4 * (1 + n % 3))
        for n, applied in enumerate([None, *edits()] * 2)
    ]
    made = {name: engine.generate(rows, 11, 5, idle).rows for name, engine in engines.items()}
    for theirs, ours in zip(made[REFERENCE], made[FASTEST], strict=True):
        assert (ours.token_ids, ours.stop, ours.error) == (theirs.token_ids, theirs.stop, theirs.error)
        assert ours.applied_norm == (
            None if theirs.applied_norm is None else pytest.approx(theirs.applied_norm, rel=1e-3, abs=1e-5)
        )


def test_measurements_agree_under_every_edit(engines: dict[str, Any]) -> None:
    items = [
        Continuation(f"{n}/{c}", prompt(5 + n % 20, n % 4), prompt(5, n).ids[1:], applied, c)
        for n, applied in enumerate(edits())
        for c in (0.0, 0.5, 2.0)
    ]
    read = {name: engine.logprobs(items, 16, idle).items for name, engine in engines.items()}
    for theirs, ours in zip(read[REFERENCE], read[FASTEST], strict=True):
        assert ours.logprobs == pytest.approx(theirs.logprobs, abs=2e-4)


def test_divergences_agree_under_every_edit(engines: dict[str, Any]) -> None:
    items = [Condition(f"{n}/{c}", applied, c) for n, applied in enumerate(edits()[::4]) for c in (0.5, 2.0)]
    texts = [prompt(6), prompt(2 * WINDOW, 1)]
    read = {name: engine.divergences(texts, items, 16, idle).items for name, engine in engines.items()}
    for theirs, ours in zip(read[REFERENCE], read[FASTEST], strict=True):
        assert (ours.kl, ours.error) == (pytest.approx(theirs.kl, rel=1e-3, abs=1e-6), theirs.error)


def test_a_neutral_edit_is_bit_identical_to_none(engines: dict[str, Any]) -> None:
    neutral = [applied for applied in edits() if applied.edit.neutral is not None]
    asked = prompt(2 * WINDOW)
    items = [Continuation(f"{n}", asked, (9, 11, 30), e, 0.0) for n, e in enumerate([None, *neutral])]
    for engine in engines.values():
        # One at a time, since the last bits of a matrix product depend on the number of rows.
        plain, *others = engine.logprobs(items, 1, idle).items
        assert all(measured.logprobs == plain.logprobs for measured in others)


@pytest.mark.parametrize("kind", DIRECTIONS)
def test_every_direction_fits_the_same_on_the_residuals_of_either_engine(
    engines: dict[str, Any], kind: str, tmp_path: Path
) -> None:
    write_dictionary(tmp_path / "sae", layer=2)
    (tmp_path / "v.safetensors").write_bytes(_vector_file())
    params = {
        "vector_file": {"path": str(tmp_path / "v.safetensors")},
        "sae_features": {"dictionary": "{model}/sae"},
    }.get(kind, {})
    fitted = {
        name: make_direction(kind, params).fit(_evidence(engine, str(tmp_path))) for name, engine in engines.items()
    }
    for name, tensor in fitted[REFERENCE].tensors.items():
        ours = fitted[FASTEST].tensors[name]
        assert float((ours - tensor).abs().max()) <= 1e-4 * float(tensor.abs().max())


def _vector_file() -> bytes:
    from safetensors.torch import save

    return save({"v": torch.arange(1.0, D_MODEL + 1)})


def _evidence(engine: Any, folder: str) -> Evidence:
    prompts = [prompt(6 + n % 9, n) for n in range(12)]
    read: list[Tensor] = [residual[:, 0] for residual in engine.residuals(prompts, [2], idle)]
    last = torch.stack([residual[-1] for residual in read])
    return Evidence(
        layer=2,
        d_model=D_MODEL,
        positive=last[:6] + normal(3, D_MODEL),
        negative=last[6:],
        activations=torch.cat([residual[1:] for residual in read]),
        resid_norm=float(last.norm(dim=-1).median()),
        model_ref=folder,
        model_folder=Path(folder),
        seed=0,
    )
