"""Engines by name. Another engine is one more file and one more entry."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from steering_worker.engines.engine import Engine
from steering_worker.errors import WorkerError
from steering_worker.models.loaded import LoadedModel


def _transformer_lens(loaded: LoadedModel) -> Engine:
    from steering_worker.engines.transformer_lens import TransformerLensEngine

    return TransformerLensEngine(loaded)


def _batched(loaded: LoadedModel) -> Engine:
    from steering_worker.engines.batched.batched import BatchedEngine

    return BatchedEngine(loaded)


#: Makers rather than classes: an engine's libraries are imported only when it is asked for.
ENGINES: Mapping[str, Callable[[LoadedModel], Engine]] = MappingProxyType(
    {"transformer_lens": _transformer_lens, "batched": _batched}
)
REFERENCE = "transformer_lens"


def make_engine(requested: str, loaded: LoadedModel) -> tuple[Engine, str]:
    """The engine that was asked for (`auto`: the reference), and one sentence on why it was taken."""
    if requested == "auto":
        return ENGINES[REFERENCE](loaded), f"auto takes {REFERENCE}, the reference engine"
    maker = ENGINES.get(requested)
    if maker is None:
        raise WorkerError(
            "unknown_engine",
            f"There is no engine `{requested}`; there are {', '.join(f'`{name}`' for name in ('auto', *ENGINES))}.",
            "Correct `execution.engine`.",
        )
    return maker(loaded), "the experiment asks for it"
