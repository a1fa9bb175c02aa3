"""What one more strength costs."""

import pytest
from benchmarks.growth import slope


def test_one_more_strength_costs_the_slope_of_the_line() -> None:
    points = [{"strengths": float(n), "cpu": 0.5 + 0.25 * n} for n in (1, 2, 4, 8)]
    assert slope(points) == pytest.approx(0.25)
    assert slope(points[:1]) is None
