"""What a model of a panel needs to know."""

from __future__ import annotations

import numpy as np
import pytest

from seqserve.forecast.panel.config import PanelConfig
from seqserve.forecast.panel.inputs.covariates import Covariate
from testing.tiny.panel import config


def test_it_reads_back_as_it_was_written() -> None:
    written = config(known=[Covariate.of_texts("event", ["a", "b"])], holidays=["2024-01-01"])
    assert PanelConfig.model_validate_json(written.model_dump_json()) == written
    assert written.known_columns == 3
    assert written.season == 7


def test_what_does_not_fit_together_is_refused() -> None:
    with pytest.raises(ValueError, match="each step of the horizon"):
        config(horizon=4)
    with pytest.raises(ValueError, match="do not sum to 1"):
        config(members=config().members[:1])
    with pytest.raises(ValueError, match="finite"):
        config(naive_scale=np.inf)
