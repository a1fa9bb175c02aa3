"""The committed numbers that the posterior in TypeScript is compared with are psignifit's own."""

import json

import pytest

from tests.psignifit_agreement.psignifit_reference import REFERENCE, fitted

pytest.importorskip("psignifit")
reference = json.loads(REFERENCE.read_text())


@pytest.mark.parametrize("data_set", reference["data_sets"], ids=lambda data_set: data_set["name"])
def test_the_committed_numbers_are_psignifits(data_set):
    numbers = fitted(data_set["points"], reference["guess"], reference["stimulus_range"])
    assert numbers == pytest.approx(data_set["threshold"], abs=0.002)
