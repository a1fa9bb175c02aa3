"""Edits at several layers equal hooks on the blocks of Hugging Face's model, whatever else is in the block of rows."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import pytest
import torch
from torch import Tensor

from steering_worker.edits.layers import edited_layers
from steering_worker.engines.decoding.running_batch import Seat
from steering_worker.engines.engine import AppliedEdit, Condition, Continuation, Positions, Row
from steering_worker.methods.registry import make_edit
from tests.engines.conftest import WINDOW, Pair, add_edit, greedy, idle, prompt, row, sampled
from tests.engines.reference import agree, greedy_reference, logits_of, positions_of, raw_hook

POSITIONS: tuple[Positions, ...] = ("all", "prompt", "content", "generated")
#: The checkpoints have three blocks.
SEVERAL = ((0, 1), (0, 2), (1, 2), (0, 1, 2))
LENGTHS = (5, WINDOW + 1, 3 * WINDOW)


def ablation(pair: Pair, positions: Positions, seed: int = 0) -> AppliedEdit:
    """Of one vector, after every block."""
    edit = make_edit("ablate", {"at": "every_layer"})
    vector = torch.randn(pair.loaded.d_model, generator=torch.Generator().manual_seed(seed))
    return AppliedEdit(edit, {"vector": vector}, edited_layers(edit, 1, pair.loaded.layers), positions)


@contextmanager
def ablated(pair: Pair, applied: AppliedEdit, strength: float, touched: Tensor) -> Iterator[list[Tensor]]:
    """Hugging Face's model with the projection taken out after every block; the norms of what was taken."""
    unit = applied.fitted["vector"] / applied.fitted["vector"].norm()
    norms: list[Tensor] = []

    def take_out(resid: Tensor) -> Tensor:
        removed = torch.where(touched[:, None], strength * torch.outer(resid[0] @ unit, unit), 0.0)
        norms.append(removed.norm(dim=-1))
        return resid - removed

    with ExitStack() as hooks:
        for layer in range(pair.loaded.layers):
            hooks.enter_context(raw_hook(pair.plain, layer, take_out))
        yield norms


def ablated_logits(pair: Pair, item: Row, after: Sequence[int]) -> Tensor:
    """At every position of the prompt and of the tokens after it, in one pass with no cache."""
    assert item.edit is not None
    ids = torch.tensor([[*item.prompt.ids, *after]])
    touched = positions_of(item.prompt, item.edit, ids.shape[1])
    with torch.no_grad(), ablated(pair, item.edit, item.strength, touched):
        logits: Tensor = pair.plain(ids).logits[0]
    return logits


def close(ours: Tensor, theirs: Tensor) -> bool:
    return float((ours - theirs).abs().max()) <= 1e-5 * float(theirs.abs().max())


def forced(pair: Pair, rows: Sequence[Row], tokens: Sequence[int]) -> Tensor:
    """Logits after the prompts and after each of the same tokens, which are read one by one: `[steps, rows, vocab]`."""
    with torch.inference_mode(), pair.engine._open_batch(rows, len(rows)) as batch:
        prompts = batch.prefill(rows)
        found = [batch.logits(torch.stack([read.last for read in prompts]))]
        batch.admit(range(len(rows)), prompts)
        batch.seat([Seat(place, place, one) for place, one in enumerate(rows)])
        alive = torch.ones(len(rows), dtype=torch.bool)
        for count, token in enumerate(tokens):
            position = torch.tensor([len(one.prompt.ids) + count for one in rows])
            last = batch.step(torch.full_like(position, token), position, alive, 1 + int(position.max()))
            found.append(batch.logits(last).clone())
    return torch.stack(found)


@pytest.mark.parametrize("positions", POSITIONS)
def test_ablation_at_every_layer_equals_hooks_on_every_block_in_prompts_and_in_decoding(
    pair: Pair, positions: Positions
) -> None:
    edit, tokens = ablation(pair, positions), prompt(WINDOW, 9).ids[1:]
    rows = [row(f"{n}/{c}", prompt(n), greedy(WINDOW), edit, c) for n in LENGTHS for c in (0.5, 1.0, 2.5)]
    found = forced(pair, rows, tokens)
    for place, one in enumerate(rows):
        theirs = ablated_logits(pair, one, tokens)[len(one.prompt.ids) - 1 :]
        assert close(found[:, place], theirs), one.id


@pytest.mark.parametrize("layers", SEVERAL)
def test_an_addition_at_several_layers_equals_hooks_in_every_way_of_reading(
    pair: Pair, layers: tuple[int, ...]
) -> None:
    for positions in POSITIONS:
        edit, tokens = add_edit(pair.loaded.d_model, layers, positions), prompt(5, 9).ids[1:]
        rows = [row(f"{n}", prompt(n), greedy(9), edit, 0.7) for n in LENGTHS]
        found = forced(pair, rows, tokens)
        for place, one in enumerate(rows):
            theirs = logits_of(pair.plain, one.prompt, list(tokens), edit, 0.7)[len(one.prompt.ids) - 1 :]
            assert close(found[:, place], theirs), (positions, one.id)


def every_kind(pair: Pair) -> list[AppliedEdit | None]:
    """No edit, edits at one layer and at several, of each position."""
    size = pair.loaded.d_model
    one = [add_edit(size, layer, p, seed=layer) for layer in range(pair.loaded.layers) for p in POSITIONS[:2]]
    several = [add_edit(size, layers, p, seed=7) for layers in SEVERAL for p in POSITIONS]
    return [None, *one, *several, *(ablation(pair, p) for p in POSITIONS)]


def test_log_probabilities_of_a_mixed_request_equal_hooks(pair: Pair) -> None:
    items = [
        Continuation(f"{n}/{m}", prompt(length, n), prompt(more, n).ids[1:], edit, 1.5)
        for n, (length, more) in enumerate([(5, 4), (WINDOW, WINDOW), (3 * WINDOW, 3)])
        for m, edit in enumerate(every_kind(pair))
    ]
    for item, measured in zip(items, pair.engine.logprobs(items, 7, idle).items, strict=True):
        wanted = row(item.id, item.prompt, greedy(1), item.edit, item.strength)
        ablates = item.edit is not None and item.edit.edit.kind == "ablate"
        logits = (
            ablated_logits(pair, wanted, item.continuation)
            if ablates
            else logits_of(pair.plain, item.prompt, list(item.continuation), item.edit, item.strength)
        )
        theirs = logits.log_softmax(-1)[len(item.prompt.ids) - 1 : -1]
        theirs = theirs.gather(1, torch.tensor(item.continuation)[:, None])[:, 0]
        assert torch.allclose(torch.tensor(measured.logprobs), theirs, atol=2e-5, rtol=1e-5), item.id


def test_divergences_of_an_ablation_at_every_layer_equal_a_direct_computation(pair: Pair) -> None:
    texts = [prompt(6), prompt(2 * WINDOW, 1)]
    items = [Condition(str(c), ablation(pair, "generated"), c) for c in (0.5, 1.0)]
    for item, found in zip(items, pair.engine.divergences(texts, items, 3, idle).items, strict=True):
        nats = []
        for text in texts:
            everywhere = AppliedEdit(item.edit.edit, item.edit.fitted, item.edit.layers, "all")
            unsteered = logits_of(pair.plain, text, [], None, 0.0)[1:].double().log_softmax(-1)
            asked = row("", text, greedy(1), everywhere, item.strength)
            steered = ablated_logits(pair, asked, ())[1:].double().log_softmax(-1)
            nats.append((unsteered.exp() * (unsteered - steered)).sum(-1))
        assert found.kl == pytest.approx(float(torch.cat(nats).mean()), rel=1e-4)


def test_a_refilled_row_of_a_mixed_block_equals_the_row_alone(pair: Pair) -> None:
    rows = [
        row(f"r{n}", prompt(LENGTHS[n % 3], n % 2), sampled(2 + 4 * (n % 5)), edit, 0.2 * (n % 7))
        for n, edit in enumerate(every_kind(pair))
    ]
    made = pair.engine.generate(rows, 5, 7, idle).rows
    for together, one in zip(made, rows, strict=True):
        alone = pair.engine.generate([one], 1, 7, idle).rows[0]
        assert together.token_ids == alone.token_ids, one.id


def test_greedy_tokens_and_norms_under_an_addition_at_several_layers_equal_hooks(pair: Pair) -> None:
    cases = [(layers, p, c) for layers in SEVERAL for p in POSITIONS for c in (-1.0, 0.5)]
    edits = [add_edit(pair.loaded.d_model, layers, p) for layers, p, _ in cases]
    rows = [row(f"{n}", prompt(7, n), greedy(5), edits[n], c) for n, (_, _, c) in enumerate(cases)]
    for one, made in zip(rows, pair.engine.generate(rows, 6, 0, idle).rows, strict=True):
        wanted, leads = greedy_reference(pair.plain, one.prompt, 5, pair.loaded.end_ids, one.edit, one.strength)
        assert agree(made.token_ids, wanted, leads), one.id
        # What is added has one norm at every position and every layer.
        assert made.applied_norm == pytest.approx(abs(one.strength) * float(edits[0].fitted["vector"].norm()), rel=1e-4)


@pytest.mark.parametrize("positions", POSITIONS)
def test_the_applied_norm_is_the_mean_over_edited_positions_and_layers(pair: Pair, positions: Positions) -> None:
    edit = ablation(pair, positions)
    asked = row("a", prompt(9), greedy(6), edit, 1.0)
    made = pair.engine.generate([asked], 1, 0, idle).rows[0]
    ids = torch.tensor([[*asked.prompt.ids, *made.token_ids[:-1]]])
    touched = positions_of(asked.prompt, edit, ids.shape[1])
    with torch.no_grad(), ablated(pair, edit, 1.0, touched) as norms:
        pair.plain(ids)
    assert made.applied_norm == pytest.approx(float(torch.stack(norms)[:, touched].mean()), rel=1e-4)


def test_a_neutral_edit_at_several_layers_is_bit_identical_to_none_beside_an_edited_row(pair: Pair) -> None:
    asked, tokens = prompt(2 * WINDOW), prompt(4, 3).ids[1:]
    for edit in (ablation(pair, "all"), add_edit(pair.loaded.d_model, (0, 2))):
        beside = row("beside", prompt(2 * WINDOW, 1), greedy(9), edit, 2.0)
        # In the same place of the batch, since the last bits of a matrix product depend on the place.
        plain, neutral = (
            forced(pair, [row("same", asked, greedy(9), applied, 0.0), beside], tokens) for applied in (None, edit)
        )
        assert torch.equal(plain, neutral)
        assert not torch.equal(plain[:, 0], plain[:, 1])
