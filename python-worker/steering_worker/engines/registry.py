"""Every engine by its name. A new one is a file, which loads its model itself, and an entry here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from steering_worker.engines.made_engine import MadeEngine, ModelSource
from steering_worker.engines.on_module import FASTEST, REFERENCE, open_auto, open_fastest, open_reference
from steering_worker.errors import WorkerError
from steering_worker.progress import Progress

AUTO = "auto"


@dataclass(frozen=True)
class EngineChoice:
    """What `execution.engine` may name. `open` loads the model; it raises `WorkerError` where it cannot run it."""

    summary: str
    open: Callable[[ModelSource, Progress], MadeEngine]


ENGINES: Mapping[str, EngineChoice] = {
    AUTO: EngineChoice(f"`{FASTEST}` where it can run the model and agrees with the reference, else that.", open_auto),
    FASTEST: EngineChoice("This project's own forward pass, for sweeps.", open_fastest),
    REFERENCE: EngineChoice("The reference: TransformerLens' bridge around Hugging Face's module.", open_reference),
}


def make_engine(source: ModelSource, requested: str, progress: Progress) -> MadeEngine:
    """The model on the engine that was asked for, or on the one that `auto` chooses.

    Raises `WorkerError` for an unknown engine, before anything is loaded, and whatever the engine raises.
    """
    choice = ENGINES.get(requested)
    if choice is None:
        raise WorkerError(
            "unknown_engine",
            f"There is no engine `{requested}`; there are {', '.join(f'`{name}`' for name in ENGINES)}.",
            "Correct `execution.engine`.",
        )
    return choice.open(source, progress)


def engine_entries() -> list[dict[str, str]]:
    """As `describe` answers them (docs/protocol.md)."""
    return [{"name": name, "summary": choice.summary} for name, choice in ENGINES.items()]
