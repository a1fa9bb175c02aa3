"""Every family of models that a worker loads. A new one is a file and an entry here."""

from steering_worker.models.families.architecture import Family
from steering_worker.models.families.gemma3 import GEMMA3
from steering_worker.models.families.qwen2 import QWEN2

FAMILIES: tuple[Family, ...] = (GEMMA3, QWEN2)


def family_of(model_type: object) -> Family | None:
    """The family that a config.json names; None where it is not known."""
    return next((family for family in FAMILIES if model_type in family.model_classes), None)


def known_types() -> list[str]:
    return [model_type for family in FAMILIES for model_type in family.model_classes]
