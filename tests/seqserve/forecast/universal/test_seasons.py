import numpy as np
import pytest

from seqserve.forecast.universal import seasons


def wave(season: int, length: int, noise: float = 0.02) -> np.ndarray:
    random = np.random.default_rng(0)
    return 10 + np.sin(2 * np.pi * np.arange(length) / season) + noise * random.standard_normal(length)


@pytest.mark.parametrize(
    ("frequency", "season"),
    [
        ("h", 24), ("2h", 12), ("6h", 4), ("30min", 48), ("15min", 96), ("5min", 288), ("min", 1440), ("s", 1),
        ("D", 7), ("B", 5), ("W", 52), ("W-SUN", 52), ("2W", 26), ("MS", 12), ("ME", 12), ("M", 12), ("2MS", 6),
        ("BME", 12), ("BMS", 12), ("QS", 4), ("QS-OCT", 4), ("QE-DEC", 4), ("BQE", 4), ("YS", 1), ("YE", 1),
        ("SMS", 24), ("28D", 1), ("5h", 1), ("no alias", 1),
    ],
)  # fmt: skip
def test_a_frequency_has_a_season(frequency: str, season: int) -> None:
    assert seasons.of_frequency(frequency) == season


@pytest.mark.parametrize("season", [7, 12, 20, 24, 37, 96])
def test_a_season_is_found_in_the_values(season: int) -> None:
    assert seasons.find(wave(season, 5 * season)) == season


@pytest.mark.parametrize("gaps", [[3, 40, 41], list(range(50, 60))])
def test_gaps_do_not_hide_it(gaps: list[int]) -> None:
    values = wave(12, 144)
    values[gaps] = np.nan
    assert seasons.find(values) == 12


@pytest.mark.parametrize("values", [np.full(50, 3.0), np.arange(100.0), np.ones(3), np.full(20, np.nan), np.empty(0)])
def test_where_there_is_none_none_is_found(values: np.ndarray) -> None:
    assert seasons.find(values) == 1


def test_noise_has_no_season() -> None:
    random = np.random.default_rng(1)
    assert [seasons.find(random.standard_normal(300)) for _ in range(20)].count(1) >= 19


def test_a_hint_is_followed_unless_the_values_plainly_say_otherwise() -> None:
    assert seasons.checked(wave(20, 200), 24) == 20
    assert seasons.checked(wave(24, 200), 24) == 24
    assert seasons.checked(np.random.default_rng(0).standard_normal(200), 24) == 24
    assert seasons.checked(wave(20, 50), 24) == 24, "too short to say"


def test_one_outlier_is_not_a_season() -> None:
    values = wave(12, 144)
    values[60] = 1e6
    assert seasons.find(values) == 12


@pytest.mark.parametrize(
    ("season", "length", "long"),
    [(24, 1000, 168), (24, 200, 0), (48, 3000, 336), (7, 600, 364), (7, 500, 0), (12, 4000, 0), (52, 4000, 0)],
)
def test_above_a_day_stands_a_week_and_above_a_week_a_year(season: int, length: int, long: int) -> None:
    assert seasons.above(season, length) == long


def test_rows_end_together() -> None:
    rows = seasons.right_aligned([np.array([1.0, 2.0]), np.array([1.0, 2.0, 3.0, 4.0])], 3)
    np.testing.assert_equal(rows, [[np.nan, 1, 2], [2, 3, 4]])


@pytest.mark.parametrize("hint", [4, 7, 12, 24, 52])
@pytest.mark.parametrize("values", [np.arange(90.0), np.full(90, 2.0), np.r_[np.full(89, np.nan), 1.0], np.arange(3.0)])
def test_a_hint_stays_where_the_values_say_nothing(values: np.ndarray, hint: int) -> None:
    assert seasons.checked(values, hint) == (1 if hint == 52 else hint)


def test_a_short_hint_does_not_give_way_to_its_multiple() -> None:
    values = wave(12, 120)
    values[np.random.default_rng(0).random(120) < 0.3] = np.nan
    assert seasons.checked(values, 12) == 12
