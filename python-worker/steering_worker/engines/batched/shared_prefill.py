"""Prompts through the model with nothing computed twice.

A prompt goes through the blocks up to the first edited one once, whatever is done to it afterwards. Above that, each
(prompt, edit, strength) goes its own way, past the further edited blocks, but only from its first edited position on:
what comes before it is the unedited prompt's. So rows of which only the generated tokens are steered run a single
position of their own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from steering_worker.engines.batched.folded_model import FoldedModel
from steering_worker.engines.decoding.prefill import widened
from steering_worker.engines.decoding.running_batch import Prefilled
from steering_worker.engines.edit_groups import EditedRow, Edits
from steering_worker.engines.engine import Row, acting
from steering_worker.engines.masks import edited_positions, pad_left
from steering_worker.engines.measuring.layered_model import Placed, Placing
from steering_worker.engines.reference.cache import KV
from steering_worker.prompt import Prompt

#: Positions that go through a block at a time.
POSITIONS = 8192


@dataclass(frozen=True)
class Trunk:
    """Unedited prompts, padded on the left: keys and values of as many blocks as were run."""

    kv: list[KV]
    lengths: tuple[int, ...]
    width: int


@dataclass(frozen=True)
class Branch:
    """Rows that parted from the trunk after block `layer`, at column `start`: their own keys and values above it.

    `prompt` names each row's prompt in the trunk. Rows without an edit part after the last block.
    """

    trunk: Trunk
    layer: int
    start: int
    prompt: Int[Tensor, " rows"]
    kv: list[KV]

    def keys_values(self, layer: int, rows: Int[Tensor, " some"]) -> KV:
        """All columns of a layer."""
        of_prompt = self.prompt[rows]
        if layer <= self.layer:
            keys, values = self.trunk.kv[layer]
            return keys[of_prompt], values[of_prompt]
        keys, values = self.kv[layer - self.layer - 1]
        if self.start == 0:
            return keys[rows], values[rows]
        before = self.trunk.kv[layer]
        return (
            torch.cat((before[0][of_prompt, :, : self.start], keys[rows]), dim=2),
            torch.cat((before[1][of_prompt, :, : self.start], values[rows]), dim=2),
        )


@dataclass(frozen=True)
class _Task:
    """A row to prefill: it is not the trunk's from the block after `layer` and from column `start` on."""

    number: int
    row: Row
    prompt: int
    touched: Bool[Tensor, " pos"] | None
    layer: int
    start: int
    edited: int


def shared_prefill(model: FoldedModel, edits: Edits, first_counter: int, rows: Sequence[Row]) -> list[Prefilled]:
    """Each row's prompt under its edit; `edits` counts from `first_counter` on and is left without groups."""
    done: dict[int, Prefilled] = {}
    for prompts, numbers in _passes(rows):
        done.update(_run_pass(model, edits, first_counter, prompts, {number: rows[number] for number in numbers}))
    edits.set([])
    return [done[number] for number in range(len(rows))]


def _passes(rows: Sequence[Row]) -> Iterator[tuple[list[Prompt], list[int]]]:
    """Distinct prompts that fill a pass, and the numbers of the rows that begin with them."""
    by_prompt: dict[Prompt, list[int]] = {}
    for number, row in enumerate(rows):
        by_prompt.setdefault(row.prompt, []).append(number)
    prompts = list(by_prompt)
    size = max(1, POSITIONS // max(len(prompt.ids) for prompt in prompts))
    for start in range(0, len(prompts), size):
        some = prompts[start : start + size]
        yield some, [number for prompt in some for number in by_prompt[prompt]]


def _run_pass(
    model: FoldedModel, edits: Edits, first_counter: int, prompts: Sequence[Prompt], rows: Mapping[int, Row]
) -> dict[int, Prefilled]:
    shape = model.shape
    padded = pad_left([prompt.ids for prompt in prompts], shape.pad_id, shape.device)
    width = padded.ids.shape[1]
    place = {prompt: number for number, prompt in enumerate(prompts)}
    tasks = [_task(model, number, row, place[row.prompt], width) for number, row in rows.items()]
    resid, placed = model.start(padded)
    trunk = Trunk([], padded.lengths, width)
    at_layer = _run_trunk(model, trunk, resid, placed, tasks)
    done: dict[int, Prefilled] = {}
    for group in _groups(tasks):
        for chunk in _chunks(group, width):
            done.update(_run_branch(model, edits, first_counter, trunk, at_layer, placed, chunk))
    return done


def _task(model: FoldedModel, number: int, row: Row, prompt: int, width: int) -> _Task:
    layers = model.shape.layers
    if row.edit is None:
        return _Task(number, row, prompt, None, layers - 1, width, 0)
    touched = edited_positions(row.prompt, row.edit.positions, model.shape.bos_id, 0)
    edited = int(touched.sum())
    if edited == 0 or acting(row.edit, row.strength) is None:
        return _Task(number, row, prompt, None, layers - 1, width, edited)
    first = int(touched.int().argmax())
    # Less than a half is not worth the two parts: the whole prompt is run.
    start = width - len(touched) + first if 2 * first >= len(touched) else 0
    return _Task(number, row, prompt, touched, row.edit.layers[0], start, edited)


def _run_trunk(
    model: FoldedModel, trunk: Trunk, resid: Tensor, placed: Placed, tasks: Sequence[_Task]
) -> dict[int, Float[Tensor, "prompts pos d_model"]]:
    """Fill the trunk; the residuals after the layers at which rows part from it."""
    layers = model.shape.layers
    partings = {task.layer for task in tasks}
    whole = any(task.touched is None or task.start > 0 for task in tasks)
    at_layer: dict[int, Tensor] = {}
    for layer in range(layers if whole else max(partings) + 1):
        placing = placed.by_kind[model.weights.blocks[layer].kind]
        # After the last block only the next token is asked for, unless an edit there touches more.
        last = 1 if layer == layers - 1 and not any(_reads_whole(task, layers, trunk.width) for task in tasks) else None
        resid, kv = model.block(layer, resid, placing, None, last)
        trunk.kv.append(_apart(kv, 0))
        if layer in partings:
            at_layer[layer] = resid
    return at_layer


def _reads_whole(task: _Task, layers: int, width: int) -> bool:
    return task.touched is not None and task.layer == layers - 1 and task.start < width - 1


def _groups(tasks: Sequence[_Task]) -> list[list[_Task]]:
    """Rows that part at the same layer, from the start or later; those that nothing touches apart."""
    by_kind: dict[tuple[int, bool, bool], list[_Task]] = {}
    for task in tasks:
        by_kind.setdefault((task.layer, task.touched is None, task.start > 0), []).append(task)
    return list(by_kind.values())


def _chunks(group: Sequence[_Task], width: int) -> Iterator[list[_Task]]:
    """Rows whose own positions fill a pass."""
    size = max(1, POSITIONS // max(1, width - min(task.start for task in group)))
    for start in range(0, len(group), size):
        yield list(group[start : start + size])


def _run_branch(
    model: FoldedModel,
    edits: Edits,
    first_counter: int,
    trunk: Trunk,
    at_layer: dict[int, Tensor],
    placed: Placed,
    tasks: Sequence[_Task],
) -> dict[int, Prefilled]:
    layers, device = model.shape.layers, model.shape.device
    layer = tasks[0].layer
    start = min(task.start for task in tasks)
    prompt = torch.tensor([task.prompt for task in tasks], device=device)
    resid = at_layer[layer][prompt]
    kv: list[KV] = []
    counters = [first_counter + task.number for task in tasks]
    if tasks[0].touched is not None:
        own = min(trunk.width - start, resid.shape[1])
        edits.set(_edited(tasks, trunk.width, own, counters))
        resid = edits(layer, resid[:, -own:])
        for above in range(layer + 1, layers):
            placing = _suffix(placed.by_kind[model.weights.blocks[above].kind], prompt, start)
            past = None
            if start > 0:
                keys, values = trunk.kv[above]
                past = keys[prompt, :, :start], values[prompt, :, :start]
            # After the last block only the next token is asked for, unless an edit there touches more.
            last = 1 if above == layers - 1 and above not in edits.layers else None
            resid, held = model.block(above, resid, placing, past, last)
            kv.append(_apart(held, start))
            resid = edits(above, resid)
    branch = Branch(trunk, layer, start, prompt, kv)
    changed = edits.take(counters)
    return {
        task.number: Prefilled(
            source=branch,
            row=place,
            length=trunk.lengths[task.prompt],
            last=resid[place, -1],
            changed=changed[place],
            edited=task.edited,
        )
        for place, task in enumerate(tasks)
    }


def _apart(kv: KV, start: int) -> KV:
    """Copies of the columns from `start` on: views would keep the queries and all columns in memory as well."""
    return kv[0][:, :, start:].contiguous(), kv[1][:, :, start:].contiguous()


def _edited(tasks: Sequence[_Task], width: int, own: int, counters: Sequence[int]) -> list[EditedRow]:
    return [
        EditedRow(place, task.row.edit, task.row.strength, widened(task.touched, width)[-own:], counter)
        for place, (task, counter) in enumerate(zip(tasks, counters, strict=True))
        if task.row.edit is not None and task.touched is not None
    ]


def _suffix(placing: Placing, prompt: Int[Tensor, " rows"], start: int) -> Placing:
    """What rows of those prompts read of their places, from a column on."""
    mask, turn = placing
    return mask[prompt, :, start:], turn[prompt, start:]
