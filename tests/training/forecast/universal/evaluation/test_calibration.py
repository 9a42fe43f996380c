from __future__ import annotations

import numpy as np
import pytest

from seqserve.forecast.universal.predictor import UniversalForecaster
from seqserve.registry.store import Store
from testing.service_process import CHECKOUT
from training.forecast.universal.evaluation import calibration
from training.forecast.universal.evaluation.calibration import Reach
from training.forecast.universal.evaluation.windows import windows
from training.forecast.universal.sources import SeriesSet


def reaches(season: int, share: float, seed: int = 0) -> list[Reach]:
    """Windows whose intervals would have to be 1 / `share` as wide for four values of five to be in them."""
    random = np.random.default_rng(seed)
    return [Reach(season, random.permutation(np.linspace(0, 1.25 / share, 20))) for _ in range(12)]


def factor(sets: dict[str, list[Reach]], season: int, without: str | None = None) -> float:
    found = {width.season: width.factor for width in calibration.widths(sets, without)}
    return found[max(begin for begin in found if begin <= season)]


def test_a_class_of_seasons_is_widened_until_intervals_hold_what_they_say() -> None:
    sets = {f"daily {number}": reaches(7, 0.8, number) for number in range(3)}
    sets |= {f"monthly {number}": reaches(12, 1.0, number) for number in range(3)}
    assert factor(sets, 7) == pytest.approx(1.25, abs=0.051)
    assert factor(sets, 12) == pytest.approx(1.0, abs=0.051)
    assert factor(sets, 1) == 1


def test_a_set_does_not_decide_how_it_is_judged() -> None:
    sets = {name: reaches(7, 1.0, seed) for seed, name in enumerate("abc")} | {"wild": reaches(7, 0.3)}
    assert factor(sets, 7) > factor(sets, 7, without="wild") == pytest.approx(1.0, abs=0.051)


def test_one_set_and_few_windows_decide_nothing() -> None:
    assert factor({"a": reaches(7, 0.5)}, 7) == 1
    assert factor({name: reaches(7, 0.5)[:9] for name in "abcd"}, 7) == 1


def test_intervals_do_not_get_narrower() -> None:
    assert factor({name: reaches(7, 2.0) for name in "abc"}, 7) == 1


def test_gaps_in_what_came_do_not_count() -> None:
    holed = [Reach(one.season, np.where(np.arange(20) % 2, np.nan, np.sort(one.needed))) for one in reaches(7, 0.8)]
    assert factor(dict.fromkeys("abc", holed), 7) > 1.1


def test_what_a_window_needs_brings_its_values_just_into_the_interval() -> None:
    store = Store(CHECKOUT / "models")
    forecaster = UniversalForecaster.load(store.read(store.resolve("forecast", "universal")))
    plain = UniversalForecaster(forecaster.config.model_copy(update={"widths": []}), forecaster._network)
    random = np.random.default_rng(0)
    one = SeriesSet("monthly", "M", 12, 6, "", "", [50 + random.standard_normal(90) for _ in range(3)])
    chosen = windows(one)
    for reach, window in zip(calibration.reaches(plain, chosen), chosen, strict=True):
        values = plain.query(values=window.history.tolist(), season=12, horizon=6, levels=[80])
        (answer,) = plain.predict([values])
        low, high = (np.array(answer.intervals["80"][end]) for end in ("lower", "upper"))
        inside = (low <= window.actual) & (window.actual <= high)
        np.testing.assert_array_equal(reach.needed <= 1, inside)
        assert reach.season == 12
