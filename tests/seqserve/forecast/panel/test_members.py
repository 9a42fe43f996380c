"""The parts of a forecast."""

from __future__ import annotations

import pytest

from seqserve.forecast.panel.inputs.features import LinearInputs
from seqserve.forecast.panel.members import Member

INPUTS = LinearInputs(lags=1, anchor=0, bases=False, calendar=False, covariates=False)


def test_a_member_has_what_its_kind_needs_and_nothing_else() -> None:
    Member(kind="linear", transform="none", weight=1, inputs=INPUTS, file="model.onnx")
    with pytest.raises(ValueError, match="fields of its kind"):
        Member(kind="linear", transform="none", weight=1, base="theta", file="model.onnx")
    with pytest.raises(ValueError, match="fields of its kind"):
        Member(kind="classical", transform="none", weight=1, base="theta", inputs=INPUTS)
    with pytest.raises(ValueError, match="no file"):
        Member(kind="linear", transform="none", weight=1, inputs=INPUTS)
    with pytest.raises(ValueError, match="no file"):
        Member(kind="classical", transform="none", weight=1, base="theta", file="model.onnx")
