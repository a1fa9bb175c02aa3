"""The sampler: its noise, its distribution, its filters."""

import numpy as np
import pytest
import torch

from steering_worker.engines.decoding.sampling import kinds_of, make_settings, sample, uniforms
from steering_worker.engines.engine import Decoding

CPU = torch.device("cpu")


def draw(logits: torch.Tensor, decodings: list[Decoding], noise: list[float]) -> list[int]:
    vocab = logits.shape[1]
    settings, kinds = make_settings(decodings, vocab, CPU), kinds_of(decodings, vocab)
    return sample(logits, settings, kinds, torch.tensor(noise, dtype=torch.float64)).tolist()


def naive_probabilities(logits: torch.Tensor, decoding: Decoding) -> np.ndarray:
    """Temperature, top-k, nucleus, one token at a time, in float64."""
    scores = logits.double().numpy() / decoding.temperature
    order = np.argsort(-scores)
    kept = list(order[: decoding.top_k] if decoding.top_k else order)
    p = np.exp(scores[kept] - scores[kept].max())
    p /= p.sum()
    nucleus, before = [], 0.0
    for token, share in zip(kept, p, strict=True):
        if nucleus and before >= decoding.top_p:
            break
        nucleus.append(token)
        before += share
    out = np.zeros(len(scores))
    out[nucleus] = np.exp(scores[nucleus] - scores[nucleus].max())
    return out / out.sum()


def test_noise_is_a_function_of_seed_sample_and_step() -> None:
    long = uniforms(3, "a", 100)
    assert np.array_equal(long[:10], uniforms(3, "a", 10))
    assert not np.array_equal(long, uniforms(4, "a", 100))
    assert not np.array_equal(long, uniforms(3, "b", 100))
    assert long.dtype == np.float64
    assert long.min() >= 0
    assert long.max() < 1


def test_noise_stays_what_it_was() -> None:
    assert uniforms(1, "sample", 3).tolist() == [0.6327056155316652, 0.6295761032389401, 0.25430508273416197]


def test_draws_follow_the_softmax() -> None:
    logits = torch.tensor([0.0, 1.0, -1.0, 2.0, 0.5, -3.0])
    n = 4000
    noise = [float(uniforms(0, f"s{i}", 1)[0]) for i in range(n)]
    counts = np.bincount(draw(logits.expand(n, -1), [Decoding(0.7, 0, 1.0, 1)] * n, noise), minlength=6)
    expected = n * (logits / 0.7).softmax(-1).numpy()
    assert ((counts - expected) ** 2 / expected).sum() < 20.5  # chi-square, 5 degrees of freedom, p = .001


@pytest.mark.parametrize("top_k", [0, 1, 5, 40, 999])
@pytest.mark.parametrize("top_p", [1.0, 0.95, 0.5, 0.01])
def test_top_k_then_nucleus_equal_a_naive_reference(top_k: int, top_p: float) -> None:
    decoding = Decoding(0.8, top_k, top_p, 1)
    logits = 3 * torch.randn(4, 50, generator=torch.Generator().manual_seed(top_k))
    for u in (0.0, 0.2, 0.5, 0.9, 1 - 2**-53):
        tokens = draw(logits, [decoding] * 4, [u] * 4)
        for one, token in zip(logits, tokens, strict=True):
            p = naive_probabilities(one, decoding)
            below, upto = p[:token].sum(), p[: token + 1].sum()
            assert p[token] > 0
            assert below - 1e-6 <= u <= upto + 1e-6


def test_a_row_depends_on_no_other_row() -> None:
    decodings = [Decoding(t, k, p, 1) for t in (0.0, 0.5, 1.5) for k in (0, 3, 20) for p in (1.0, 0.7)]
    logits = 2 * torch.randn(len(decodings), 60, generator=torch.Generator().manual_seed(1))
    noise = [float(uniforms(5, str(i), 1)[0]) for i in range(len(decodings))]
    together = draw(logits, decodings, noise)
    alone = [draw(logits[i : i + 1], [d], [noise[i]])[0] for i, d in enumerate(decodings)]
    assert together == alone


def test_temperature_zero_takes_the_largest_logit_whatever_the_noise() -> None:
    logits = torch.tensor([[0.0, 5.0, 1.0], [3.0, 1.0, 2.0]])
    assert draw(logits, [Decoding(0.0, 2, 0.5, 1), Decoding(0.0, 0, 1.0, 1)], [0.99, 0.99]) == [1, 0]


def test_tokens_that_tie_with_the_last_one_kept_are_kept() -> None:
    logits = torch.tensor([[1.0, 1.0, 1.0, 0.0]]).repeat(3, 1)
    assert draw(logits, [Decoding(1.0, 1, 1.0, 1)] * 3, [0.1, 0.5, 0.9]) == [0, 1, 2]
