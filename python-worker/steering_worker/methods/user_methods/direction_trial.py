"""Tries a direction on small random evidence: the result must follow from the evidence alone."""

import inspect
from collections.abc import Callable, Mapping
from functools import partial

import torch
from torch import Tensor

from steering_worker.directions.direction import Direction, Evidence
from steering_worker.errors import WorkerError
from steering_worker.methods.user_methods.examples import D_MODEL, example_evidence
from steering_worker.methods.user_methods.faults import located, user_error

#: With these, `fit` itself or torch may reject evidence that is not from the model for which the direction is made.
TURNED_AWAY = (OSError, ValueError, RuntimeError)


def try_direction(direction: Direction, path: str, tick: Callable[[], None]) -> None:
    """Raise `WorkerError` `user_method`, with the line of `path`, where the direction breaks its contract.

    It is fitted on the evidence of two questions in turn, and with two seeds. One that rejects such evidence, asks for
    the model's files or gives a vector of a fixed width is not tried beforehand but with its model.
    """
    given = partial(example_evidence, direction.needs_contrast)
    fit = partial(_tensors_fitted, direction, tick)
    label = located(path, "fit", type(direction).fit)
    evidence = given()
    try:
        first = fit(evidence)
    except WorkerError as error:
        if error.code == "user_method" and not _is_of_another_model(direction, error):
            raise
        return
    if not _same(_tensors_of(evidence), _tensors_of(given())):
        raise user_error(path, f"{label} changed the evidence that it was given", "Work on copies of its tensors.")
    if not _same(fit(evidence), first):
        what = f"{label} gives another result when it is called again"
        raise user_error(path, what, "Keep nothing between calls, and draw with a generator of `evidence.seed`.")
    fit(given(question=1))
    if not _same(fit(evidence), first):
        what = f"{label} gives another result after it was fitted for another question"
        raise user_error(path, what, "Keep nothing between calls.")
    seeded = not _same(fit(given(seed=1)), first)
    if seeded is not direction.random:
        what = f"{label} {'depends' if seeded else 'does not depend'} on `evidence.seed`"
        raise user_error(path, f"{what}, and `random` is {direction.random}", f"Set `random = {seeded}`.")


def _tensors_fitted(direction: Direction, tick: Callable[[], None], evidence: Evidence) -> dict[str, Tensor]:
    tick()
    return {name: tensor.clone() for name, tensor in direction.fit(evidence).tensors.items()}


def _tensors_of(evidence: Evidence) -> dict[str, Tensor]:
    sides = {"positive": evidence.positive, "negative": evidence.negative, "activations": evidence.activations}
    return {name: tensor for name, tensor in sides.items() if tensor is not None}


def _same(a: Mapping[str, Tensor], b: Mapping[str, Tensor]) -> bool:
    return all(torch.equal(tensor, b[name]) for name, tensor in a.items())


def _is_of_another_model(direction: Direction, error: WorkerError) -> bool:
    """Whether the evidence was rejected, or the vector has the width of one model whatever the evidence's."""
    if error.__cause__ is not None:
        return isinstance(error.__cause__, TURNED_AWAY)
    fit = inspect.unwrap(type(direction).fit)
    try:
        fitted = [fit(direction, example_evidence(direction.needs_contrast, d_model=D_MODEL + more)) for more in (0, 4)]
        shapes = {tuple(one.tensors["vector"].shape) for one in fitted}
    except Exception:  # `error` says what is wrong
        return False
    return len(shapes) == 1 and all(len(shape) == 1 for shape in shapes)
