"""What a run's manifest says about its speed."""

import json
from pathlib import Path
from typing import Any


def read_speed(manifest: Path) -> dict[str, Any] | None:
    """The manifest's `speed`; None where the run kept none."""
    speed = json.loads(manifest.read_text()).get("speed")
    return speed if isinstance(speed, dict) else None


def orchestration_share(speed: dict[str, Any] | None) -> float | None:
    """Share of the run's wall clock in which neither the model nor the sandbox worked."""
    if speed is None:
        return None
    share = speed.get("orchestration_share")
    return float(share) if isinstance(share, int | float) else None
