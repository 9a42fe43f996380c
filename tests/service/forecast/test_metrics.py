from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from service.forecast.metrics import REFERENCE_MASE, begin_counters
from service.model_registry.loaded_models import Loaded
from service.model_registry.reloader import LiveRegistry
from testing import tiny


@pytest.fixture
def loaded(tmp_path: Path) -> Loaded:
    tiny.publish(tmp_path, tiny.release("counted"))
    (found,) = LiveRegistry(tmp_path, 1).current.loaded.values()
    return found


def test_errors_and_hits_of_a_version_begin_with_zero(loaded: Loaded) -> None:
    labels = {"model": "counted", "version": "1"}
    levels = map(str, loaded.predictor.levels)
    hits = [{**labels, "level": level, "hit": hit} for level in levels for hit in ("yes", "no")]
    begin_counters(loaded)
    assert REGISTRY.get_sample_value("seqserve_forecast_residual_scaled_count", labels) == 0
    assert hits
    assert [REGISTRY.get_sample_value("seqserve_interval_hits_total", hit) for hit in hits] == [0] * len(hits)


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        ({"test": {"mase": 0.5}}, [(["counted", "1"], 0.5)]),
        ({"test": {"mase": float("nan")}}, []),
        ({"test": {"mase": "0.5"}}, []),
        ({"test": {}}, []),
        ([], []),
    ],
)
def test_the_error_of_the_test_part_is_told_if_it_is_a_number(loaded: Loaded, metrics: Any, expected: Any) -> None:
    assert list(REFERENCE_MASE.samples(replace(loaded, metrics=metrics))) == expected
