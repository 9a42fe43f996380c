import numpy as np
import pytest

from seqserve.forecast.universal import bases
from seqserve.forecast.universal.scaling import Scaled

STEPS = np.arange(1, 25)


def forecasts(values: np.ndarray, season: int, long: int = 0, short_of: int = 0) -> dict[str, np.ndarray]:
    """Forecasts of one series by name, given values of about unit size; `short_of` its last steps, where not 0."""
    rows = values[None, :]
    scaled = Scaled(np.nan_to_num(rows), np.isfinite(rows).astype(float), np.zeros(1), np.ones(1))
    whole, cut = bases.windows(rows, scaled, season, long, short_of or 6)
    of = cut if short_of else whole
    cycles, far = (bases.back(of.x, of.known, steps, STEPS) if steps else None for steps in (season, long))
    assert cycles is not None
    return dict(zip(bases.NAMES, bases.forecasts(of, season, long, STEPS, cycles, far)[0].T, strict=True))


def test_all_are_right_where_nothing_changes() -> None:
    for name, forecast in forecasts(np.full(200, 3.0), 12).items():
        np.testing.assert_allclose(forecast, 3.0, rtol=1e-6, err_msg=name)


def test_the_seasonal_naive_forecast_repeats_the_last_season() -> None:
    values = np.random.default_rng(0).standard_normal(100)
    np.testing.assert_allclose(forecasts(values, 12)["seasonal naive"], np.tile(values[-12:], 2))
    np.testing.assert_allclose(forecasts(values, 1)["seasonal naive"], values[-1])


def test_a_line_is_continued_by_drift_and_by_the_undamped_line() -> None:
    values = 0.1 * np.arange(150.0)
    truth = 0.1 * (149 + STEPS)
    found = forecasts(values, 1)
    np.testing.assert_allclose(found["drift"], truth, rtol=1e-6)
    np.testing.assert_allclose(found["undamped line"], truth, rtol=1e-2)
    assert (found["short line"] < truth).all()


def test_a_line_with_a_season_too() -> None:
    values = 0.05 * np.arange(240.0) + np.tile(np.sin(np.arange(12)), 20)
    truth = 0.05 * (239 + STEPS) + np.tile(np.sin(np.arange(12)), 2)
    np.testing.assert_allclose(forecasts(values, 12)["drift"], truth, atol=0.05)


def test_growth_by_percent_is_continued_in_logarithms() -> None:
    values = 0.01 * 1.03 ** np.arange(200.0)
    truth = 0.01 * 1.03 ** (199 + STEPS)
    np.testing.assert_allclose(forecasts(values, 1)["log drift"], truth, rtol=1e-6)


def test_what_is_not_positive_has_the_plain_forecasts_for_those_in_logarithms() -> None:
    values = np.random.default_rng(0).standard_normal(100)
    found = forecasts(values, 7)
    np.testing.assert_array_equal(found["log SES .2"], found["SES .2"])
    np.testing.assert_array_equal(found["log drift"], found["drift"])
    np.testing.assert_array_equal(found["log line"], found["long line"])


def test_two_seasons_are_told_apart() -> None:
    time = np.arange(1200)

    def shape(t: np.ndarray) -> np.ndarray:
        return np.sin(2 * np.pi * t / 24) + 2 * (t % 168 > 156)

    found = forecasts(shape(time), 24, 168)
    truth = shape(1200 + STEPS - 1)
    errors = {name: np.abs(forecast - truth).mean() for name, forecast in found.items()}
    assert errors["two seasons SES .2"] < 0.5 * errors["SES .2"]
    np.testing.assert_allclose(found["long seasonal naive"], truth, atol=1e-9)
    np.testing.assert_allclose(found["mean long cycle"], truth, atol=1e-9)


def test_one_outlier_at_the_end_does_not_move_the_median_level() -> None:
    values = np.full(100, 2.0)
    values[-1] = 15.0
    found = forecasts(values, 1)
    np.testing.assert_allclose(found["median level"], 2.0)
    np.testing.assert_allclose(found["last value"], 15.0)


def test_gaps_leave_forecasts_as_they_are() -> None:
    values = np.tile(np.sin(np.arange(12)), 20)
    gaps = values.copy()
    gaps[[50, 77, 140, 235]] = np.nan
    whole, holed = forecasts(values, 12), forecasts(gaps, 12)
    for name in bases.NAMES:
        np.testing.assert_allclose(holed[name], whole[name], atol=0.12, err_msg=name)


@pytest.mark.parametrize("padding", [1, 50, 700])
def test_what_stands_before_a_series_does_not_matter(padding: int) -> None:
    values = np.random.default_rng(0).standard_normal(130) + np.tile(np.arange(10.0), 13)
    padded = np.concatenate([np.full(padding, np.nan), values])
    alone, with_padding = forecasts(values, 10), forecasts(padded, 10)
    for name in bases.NAMES:
        np.testing.assert_allclose(with_padding[name], alone[name], atol=1e-9, err_msg=name)


@pytest.mark.parametrize(("season", "long"), [(1, 0), (12, 0), (24, 168), (60, 0), (7, 364)])
@pytest.mark.parametrize("length", [100, 129, 800])
def test_a_window_cut_short_is_forecast_as_one_that_ends_there(season: int, long: int, length: int) -> None:
    random = np.random.default_rng(length)
    values = np.exp(0.05 * np.cumsum(random.standard_normal(length)))
    values[random.random(length) < 0.1] = np.nan
    values[0], values[-2] = 1.0, -0.5  # what is left off is not positive: the rest has logarithms all the same
    cut, alone = forecasts(values, season, long, short_of=7), forecasts(values[:-7], season, long)
    for name in bases.NAMES:
        np.testing.assert_allclose(cut[name], alone[name], rtol=1e-9, atol=1e-9, err_msg=name)
    assert (forecasts(values, season, long)["log drift"] != cut["log drift"]).any()
