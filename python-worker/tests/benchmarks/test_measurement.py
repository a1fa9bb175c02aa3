"""What is made of a contestant's repetitions."""

import pytest
from benchmarks.measurement import agreement


def test_agreement_counts_tokens_up_to_the_first_that_differs() -> None:
    assert agreement([[1, 2, 3], [1, 9, 3]], [[1, 2, 3], [1, 2, 3]]) == pytest.approx(4 / 6)
    assert agreement(None, [[1]]) is None


def test_rows_and_tokens_that_are_missing_do_not_agree() -> None:
    assert agreement([[1, 2]], [[1, 2], [1, 2]]) == pytest.approx(0.5)
    assert agreement([[1]], [[1, 2]]) == pytest.approx(0.5)
    assert agreement([], [[1, 2]]) == 0
