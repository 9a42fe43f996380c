from __future__ import annotations

import pytest

from seqserve.forecast.universal.predictor import UniversalForecaster
from seqserve.registry.store import Store
from testing.service_process import CHECKOUT


@pytest.fixture(scope="session")
def forecaster() -> UniversalForecaster:
    """The version that ships: what is asserted of it must hold for every network of this kind."""
    store = Store(CHECKOUT / "models")
    return UniversalForecaster.load(store.read(store.resolve("forecast", "universal", "stable")))
