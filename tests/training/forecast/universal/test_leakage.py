from __future__ import annotations

import numpy as np
import pytest

from training.forecast.universal import augment, leakage, windows
from training.forecast.universal.leakage import RUN, training_part, without_leaks
from training.forecast.universal.sources import JUDGE, NEITHER, SeriesSet
from training.forecast.universal.windows import Recipe

JUDGED = sorted(JUDGE)[0]
HORIZON = 8


def one_set(name: str, *series: np.ndarray) -> SeriesSet:
    return SeriesSet(name, "M", 12, HORIZON, "made here", "none", list(series))


def walk(seed: int, length: int = 120) -> np.ndarray:
    return 100 + np.cumsum(np.random.default_rng(seed).standard_normal(length))


def test_what_is_judged_and_what_may_not_ship_is_not_trained_on() -> None:
    (neither,) = NEITHER
    kept, report = without_leaks([one_set("own", walk(0)), one_set(JUDGED, walk(1)), one_set(neither, walk(2))])
    assert [one.name for one in kept] == ["own"]
    assert report == []


def test_the_last_horizon_of_each_series_is_left_out() -> None:
    values = walk(0)
    ((kept,),) = (one.series for one in without_leaks([one_set("own", values)])[0])
    np.testing.assert_array_equal(kept, values[:-HORIZON])
    assert len(training_part(one_set("own"), values[:5])) == 0


@pytest.mark.parametrize("factor", [1.0, 1e-6, 250.0, -1.0])
@pytest.mark.parametrize("shift", [0, 13, 50])
def test_a_series_that_shares_a_run_with_one_that_is_judged_is_found(factor: float, shift: int) -> None:
    judged = walk(0)
    same = np.concatenate([walk(1, 30), factor * judged[shift : shift + RUN + 20], walk(2, 40)])
    kept, report = without_leaks([one_set("own", walk(5), same), one_set(JUDGED, judged)])
    assert len(kept[0].series) == 1
    assert report == ["own: 1 of 2 series left out"]


def test_another_series_that_holds_the_end_of_one_is_found() -> None:
    first = walk(0)
    second = np.concatenate([walk(1, 30), 3 * first[-(HORIZON + RUN) :], walk(2, 40)])
    kept, _ = without_leaks([one_set("own", first), one_set("another", second)])
    assert [len(one.series) for one in kept] == [1, 0]


def test_sharing_what_is_before_the_last_horizon_is_no_leak() -> None:
    first = walk(0)
    second = np.concatenate([first[:60], walk(1, 60)])
    kept, report = without_leaks([one_set("own", first), one_set("another", second)])
    assert [len(one.series) for one in kept] == [1, 1]
    assert report == []


def test_counts_and_constants_that_repeat_by_chance_are_no_leak() -> None:
    demand = np.where(np.arange(100) % 5 == 0, 2.0, 0.0)
    kept, _ = without_leaks([one_set("own", demand, np.full(50, 3.0)), one_set(JUDGED, demand, np.full(50, 3.0))])
    assert len(kept[0].series) == 2


def test_a_gap_hides_no_run_beside_it() -> None:
    judged = walk(0)
    same = np.concatenate([judged[:40], [np.nan], walk(3, 30)])
    assert len(without_leaks([one_set("own", same), one_set(JUDGED, judged)])[0][0].series) == 0


MARK = 1e7


def test_no_chunk_holds_a_value_of_the_held_out_horizon(monkeypatch: pytest.MonkeyPatch) -> None:
    """By brute force: the horizon is marked, and no history and no step ahead of many chunks has the mark."""
    marked = []
    for seed in range(3):
        values = walk(seed, 90)
        values[-HORIZON:] = MARK
        marked.append(values)
    recipe = Recipe(without_leaks([one_set("own", *marked)])[0], 0.0)
    seen: list[float] = []
    original = augment.changed

    def watched(rng: np.random.Generator, values: np.ndarray, ahead: int, mix: float) -> np.ndarray:
        seen.append(float(np.nanmax(values)))
        return original(rng, values, ahead, mix)

    monkeypatch.setattr(windows.augment, "changed", watched)
    monkeypatch.setattr(windows, "WINDOWS", 64)
    for number in range(25):
        recipe.chunk(0, number)
    assert len(seen) == 25
    assert max(seen) < MARK / 100

    leaky = Recipe([one_set("own", *marked)], 0.0)
    seen.clear()
    for number in range(25):
        leaky.chunk(0, number)
    assert max(seen) == MARK, "the mark would be seen"


def test_runs_have_the_same_keys_in_any_unit() -> None:
    values = walk(0)
    keys = list(leakage.runs(values))
    assert len(keys) == len(values) - RUN + 1
    assert list(leakage.runs(values * 1e-5)) == keys
    assert list(leakage.runs(values[: RUN - 1])) == []
    assert list(leakage.runs(np.zeros(50))) == []
