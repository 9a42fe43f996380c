from __future__ import annotations

import numpy as np
import pytest

from seqserve.tabular.numeric import sentinels

USUAL = np.random.default_rng(0).normal(100, 10, 60)


@pytest.mark.parametrize("code", [-9999, -999, 9999, 1e20])
def test_a_code_far_outside_is_a_gap_if_it_is_there_twice(code: float) -> None:
    values, notes = sentinels.without(np.append(USUAL, [code, code]), "a")
    assert np.isnan(values[-2:]).all()
    assert "2 times" in notes[0]
    values, notes = sentinels.without(np.append(USUAL, code), "a")
    assert values[-1] == code
    assert "once" in notes[0]


def test_a_code_among_the_others_is_a_value() -> None:
    values = np.append(np.linspace(0, 2_000, 50), [999, 999])
    found, notes = sentinels.without(values, "a")
    assert (found is values, notes) == (True, [])


def test_an_outlier_is_pointed_out_and_kept() -> None:
    values, notes = sentinels.without(np.append(USUAL, 1e7), "a")
    assert values[-1] == 1e7
    assert "far outside" in notes[0]
    assert sentinels.without(USUAL, "a")[1] == []
