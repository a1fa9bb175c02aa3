"""Engines by name. Another engine is one more file and one more entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from steering_worker.engines.batched.unsupported import unsupported
from steering_worker.engines.engine import Engine, Progress
from steering_worker.engines.self_check import compare, read_reference
from steering_worker.engines.shape import shape_of
from steering_worker.errors import WorkerError
from steering_worker.models.loaded import LoadedModel
from steering_worker.tokens import statement_prompt


def _transformer_lens(loaded: LoadedModel) -> Engine:
    from steering_worker.engines.reference.transformer_lens import TransformerLensEngine

    return TransformerLensEngine(loaded)


def _batched(loaded: LoadedModel) -> Engine:
    from steering_worker.engines.batched.batched import BatchedEngine

    return BatchedEngine(loaded)


#: Makers rather than classes: an engine's libraries are imported only when it is asked for.
ENGINES: Mapping[str, Callable[[LoadedModel], Engine]] = MappingProxyType(
    {"transformer_lens": _transformer_lens, "batched": _batched}
)
REFERENCE = "transformer_lens"
FASTEST = "batched"
SELF_CHECK_TEXT = "The capital of France is Paris, and an owl is a bird that hunts at night. What is it?"


@dataclass(frozen=True)
class MadeEngine:
    """A loaded model with its engine, and one sentence on why that engine was taken.

    `fallback` is true where `auto` had to give up the faster engine because it did not agree with the reference.
    """

    loaded: LoadedModel
    engine: Engine
    reason: str
    fallback: bool = False


def make_engine(requested: str, load: Callable[[], LoadedModel], progress: Progress) -> MadeEngine:
    """The engine that was asked for; `batched` and `auto` compare it with the reference before it is used.

    `load` is called again where the model is needed after an engine has taken its weights. Raises `WorkerError` for
    an unknown engine, and where `batched` was asked for and cannot run the model or does not agree.
    """
    if requested not in ("auto", *ENGINES):
        raise WorkerError(
            "unknown_engine",
            f"There is no engine `{requested}`; there are {', '.join(f'`{name}`' for name in ('auto', *ENGINES))}.",
            "Correct `execution.engine`.",
        )
    loaded = load()
    if requested == REFERENCE:
        return MadeEngine(loaded, ENGINES[REFERENCE](loaded), "the experiment asks for it")
    obstacle = unsupported(loaded)
    if obstacle is not None:
        if requested == FASTEST:
            raise WorkerError(
                "engine_unsupported",
                f"The engine `{FASTEST}` cannot run `{loaded.ref}`: {obstacle}.",
                f"Set `execution.engine` to `{REFERENCE}` or `auto`.",
            )
        return MadeEngine(loaded, ENGINES[REFERENCE](loaded), f"{FASTEST} cannot run this model: {obstacle}")
    shape = shape_of(loaded)
    prompt = statement_prompt(loaded.tokenizer, SELF_CHECK_TEXT)
    reading = read_reference(ENGINES[REFERENCE](loaded), shape, prompt, progress)
    engine = ENGINES[FASTEST](loaded)
    found = compare(engine, reading, shape, progress)
    if found.fault is None:
        agrees = f"agrees with {REFERENCE} to {found.residual:.0e} of the residual and {found.logprob:.0e} nats"
        return MadeEngine(loaded, engine, f"{'auto takes it: it' if requested == 'auto' else 'it'} {agrees}")
    if requested == FASTEST:
        raise WorkerError(
            "engine_disagrees",
            f"The engine `{FASTEST}` does not agree with `{REFERENCE}` on `{loaded.ref}`: {found.fault}.",
            f"Set `execution.engine` to `{REFERENCE}` or `auto`, and report it.",
        )
    del engine
    loaded = load()
    reason = f"{FASTEST} does not agree with it: {found.fault}"
    return MadeEngine(loaded, ENGINES[REFERENCE](loaded), reason, fallback=True)
