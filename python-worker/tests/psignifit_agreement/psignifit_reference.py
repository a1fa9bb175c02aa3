"""Numbers of psignifit 4 on the shared data; `python -m tests.psignifit_agreement.psignifit_reference` writes them."""

import json
from pathlib import Path
from typing import Any

import numpy as np

REFERENCE = Path(__file__).parents[3] / "tests" / "statistics" / "psychometric" / "psignifit.json"


def fitted(points: list[list[float]], guess: float, stimulus_range: list[float]) -> dict[str, Any]:
    """Posterior mean, median and 95 % interval of the threshold, from points (position, hits, n)."""
    import psignifit

    result = psignifit.psignifit(
        np.array(points, dtype=float),
        sigmoid="logistic",
        experiment_type="yes/no",
        fixed_parameters={"gamma": guess},
        stimulus_range=tuple(stimulus_range),
        verbose=False,
    )
    values = result.parameter_values["threshold"]
    density = result.marginal_posterior_values["threshold"]
    steps = np.diff(values) * (density[1:] + density[:-1]) / 2
    mass = np.concatenate([[0.0], np.cumsum(steps)]) / steps.sum()
    low, high = result.confidence_intervals["threshold"]["0.95"]
    numbers = {
        "mean": result.parameter_estimate_mean["threshold"],
        "median": float(np.interp(0.5, mass, values)),
        "low": low,
        "high": high,
        "width": result.parameter_estimate_mean["width"],
    }
    return {name: round(float(value), 4) for name, value in numbers.items()}


def main() -> None:
    reference = json.loads(REFERENCE.read_text())
    for data_set in reference["data_sets"]:
        data_set["threshold"] = fitted(data_set["points"], reference["guess"], reference["stimulus_range"])
    REFERENCE.write_text(json.dumps(reference, indent=2) + "\n")


if __name__ == "__main__":
    main()
