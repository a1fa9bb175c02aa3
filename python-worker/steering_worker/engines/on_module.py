"""The engines that run a Hugging Face module: the reference, and a faster one that has to agree with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from steering_worker.engines.batched.unsupported import unsupported
from steering_worker.engines.engine import Engine
from steering_worker.engines.made_engine import MadeEngine, ModelSource, make_deterministic
from steering_worker.engines.self_check import compare, read_reference
from steering_worker.engines.shape import shape_of
from steering_worker.errors import WorkerError
from steering_worker.models.load import load_model
from steering_worker.models.loaded import HuggingFaceModel
from steering_worker.progress import Progress
from steering_worker.tokens import statement_prompt

REFERENCE = "transformer_lens"
FASTEST = "batched"
SELF_CHECK_TEXT = "The capital of France is Paris, and an owl is a bird that hunts at night. What is it?"


def _transformer_lens(model: HuggingFaceModel) -> Engine:
    from steering_worker.engines.reference.transformer_lens import TransformerLensEngine

    return TransformerLensEngine(model)


def _batched(model: HuggingFaceModel) -> Engine:
    from steering_worker.engines.batched.batched import BatchedEngine

    return BatchedEngine(model)


#: Functions rather than classes, so that an engine's libraries are imported only when it is requested.
ON_MODULE: Mapping[str, Callable[[HuggingFaceModel], Engine]] = MappingProxyType(
    {REFERENCE: _transformer_lens, FASTEST: _batched}
)


@dataclass(frozen=True)
class Declined:
    """Why the faster engine is not taken; `model` is None where its weights are gone."""

    code: str
    reason: str
    model: HuggingFaceModel | None


def open_reference(source: ModelSource, progress: Progress) -> MadeEngine:
    model = _load(source, progress)
    return MadeEngine(model, ON_MODULE[REFERENCE](model), "the experiment asks for it")


def open_fastest(source: ModelSource, progress: Progress) -> MadeEngine:
    """Raise `WorkerError` where the engine cannot run the model, or does not agree with the reference."""
    found = _try_fastest(source, progress)
    if isinstance(found, MadeEngine):
        return found
    unknown = found.code == "engine_unsupported"
    what = "cannot run" if unknown else f"does not agree with `{REFERENCE}` on"
    raise WorkerError(
        found.code,
        f"The engine `{FASTEST}` {what} `{source.ref}`: {found.reason}.",
        f"Set `execution.engine` to `{REFERENCE}` or `auto`{'' if unknown else ', and report it'}.",
    )


def open_auto(source: ModelSource, progress: Progress) -> MadeEngine:
    """The faster engine where it can run the model and agrees with the reference; else the reference."""
    found = _try_fastest(source, progress)
    if isinstance(found, MadeEngine):
        return MadeEngine(found.loaded, found.engine, f"auto takes it: {found.reason}")
    model = _load(source, progress) if found.model is None else found.model
    what = "cannot run this model" if found.code == "engine_unsupported" else "does not agree with it"
    reason = f"{FASTEST} {what}: {found.reason}"
    return MadeEngine(model, ON_MODULE[REFERENCE](model), reason, fallback=found.model is None)


def _try_fastest(source: ModelSource, progress: Progress) -> MadeEngine | Declined:
    model = _load(source, progress)
    obstacle = unsupported(model)
    if obstacle is not None:
        return Declined("engine_unsupported", obstacle, model)
    shape = shape_of(model)
    prompt = statement_prompt(model.tokenizer, SELF_CHECK_TEXT)
    reading = read_reference(ON_MODULE[REFERENCE](model), shape, prompt, progress)
    engine = ON_MODULE[FASTEST](model)
    found = compare(engine, reading, shape, progress)
    if found.fault is not None:
        return Declined("engine_disagrees", found.fault, None)
    agrees = f"agrees with {REFERENCE} to {found.residual:.0e} of the residual and {found.logprob:.0e} nats"
    return MadeEngine(model, engine, f"it {agrees}")


def _load(source: ModelSource, progress: Progress) -> HuggingFaceModel:
    model = load_model(source.ref, source.revision, source.device, source.dtype, progress)
    make_deterministic(model.device)
    return model
