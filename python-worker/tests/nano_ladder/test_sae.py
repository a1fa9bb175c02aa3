"""The sparse autoencoders: the equations, a fit on data that is sparse by construction, and the shipped files."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

from nano_ladder.rungs import RUNGS
from nano_ladder.sae.__main__ import HELD_SEED_OFFSET, card
from nano_ladder.sae.activations import layer_of
from nano_ladder.sae.autoencoder import JumpReLU, Recipe, fit
from nano_ladder.sae.quality import quality

MODELS = Path(__file__).parents[3] / "models" / "nano"
NAMES = [rung.name for rung in RUNGS]


def shipped(name: str) -> Path:
    folders = list((MODELS / name / "sae" / "resid_post").iterdir())
    assert len(folders) == 1
    return folders[0]


@pytest.fixture
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def sparse_data(tokens: int, d: int, directions: int, active: int) -> torch.Tensor:
    """Sums of a few of many directions, away from the origin."""
    generator = torch.Generator().manual_seed(1)
    dictionary = torch.randn(directions, d, generator=generator)
    chosen = torch.rand(tokens, directions, generator=generator).topk(active, dim=1).indices
    codes = torch.zeros(tokens, directions).scatter(1, chosen, 1 + torch.rand(tokens, active, generator=generator))
    return codes @ dictionary + 5


def test_features_below_the_threshold_are_zero_and_those_above_keep_their_value():
    sae = JumpReLU(
        w_enc=torch.eye(3), w_dec=2 * torch.eye(3), b_enc=torch.zeros(3), b_dec=torch.ones(3), threshold=torch.ones(3)
    )
    features = sae.encode(torch.tensor([-2.0, 0.5, 1.5]))
    assert features.tolist() == [0, 0, 1.5]
    assert sae.decode(features).tolist() == [1, 1, 4]


def test_fit_explains_sparse_data_with_unit_decoder_rows_and_repeats(one_thread):
    data = sparse_data(tokens=4000, d=24, directions=48, active=3)
    recipe = Recipe(expansion=4, l0=6, rows=256, steps=300)
    sae = fit(data, recipe, seed=0)
    features = sae.encode(data)
    explained = 1 - (data - sae.decode(features)).pow(2).sum() / (data - data.mean(0)).pow(2).sum()
    assert explained > 0.7
    assert 4 < (features > 0).sum(1).float().mean() < 8
    assert torch.allclose(sae.w_dec.norm(dim=1), torch.ones(96))
    assert torch.equal(fit(data, recipe, seed=0).w_enc, sae.w_enc)


def test_fit_needs_steps():
    with pytest.raises(ValueError, match="at least one step"):
        fit(torch.randn(10, 4), Recipe(steps=0), seed=0)


@pytest.mark.parametrize("name", NAMES)
def test_shipped_file_has_gemma_scopes_layout_and_its_card(name):
    folder = shipped(name)
    record = json.loads((folder / "training.json").read_text("utf-8"))
    tensors = load_file(folder / "params.safetensors")
    rung = next(rung for rung in RUNGS if rung.name == name)
    d, n = rung.hidden, record["features"]
    assert folder.name == f"layer_{int(0.75 * rung.layers)}_width_{n}_l0_medium"
    assert {key: tuple(tensor.shape) for key, tensor in tensors.items()} == {
        "w_enc": (d, n),
        "w_dec": (n, d),
        "b_enc": (n,),
        "b_dec": (d,),
        "threshold": (n,),
    }
    assert (folder / "README.md").read_text("utf-8") == card(record)


def test_autoencoders_add_less_than_3_mb():
    assert sum((shipped(name) / "params.safetensors").stat().st_size for name in NAMES) < 3e6


@pytest.mark.parametrize("name", NAMES[:2])
def test_shipped_autoencoder_is_as_good_as_its_card_says(name, one_thread):
    folder = shipped(name)
    stated = json.loads((folder / "training.json").read_text("utf-8"))["quality"]
    model = AutoModelForCausalLM.from_pretrained(MODELS / name, dtype=torch.float32).eval()
    tokenizer = Tokenizer.from_file(str(MODELS / name / "tokenizer.json"))
    sae = JumpReLU.load(folder / "params.safetensors")
    again = quality(model, tokenizer, layer_of(model), sae, HELD_SEED_OFFSET + 1, documents=150)
    assert again.variance_explained == pytest.approx(stated["variance_explained"], abs=0.03)
    assert again.l0 == pytest.approx(stated["l0"], rel=0.1)
    assert again.loss_recovered_mean == pytest.approx(stated["loss_recovered_mean"], abs=0.03)
    assert again.loss_clean < again.loss_sae < again.loss_mean_ablated
