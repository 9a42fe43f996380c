"""What is taken where nothing is said."""

from __future__ import annotations

import pytest

from training.forecast.panel.data import defaults


@pytest.mark.parametrize(
    ("frequency", "season", "length", "horizon", "window"),
    [
        ("MS", 12, 144, 12, 132),
        ("D", 7, 3650, 14, 182),
        ("h", 24, 17420, 24, 672),
        ("W-SUN", 52, 1000, 13, 260),
        ("QS", 4, 60, 4, 56),
        ("YS", 1, 40, 4, 36),
        (None, 1, 500, 10, 96),
        ("MS", 12, 48, 9, 39),
    ],
)
def test_by_frequency_and_what_fits(frequency: str | None, season: int, length: int, horizon: int, window: int) -> None:
    found = defaults.sizes([length], frequency, season, None, None)
    assert (found.season, found.horizon, found.window) == (season, horizon, window)
    assert any("horizon" in line for line in found.said)


def test_hours_have_a_week_and_few_rows_no_season() -> None:
    assert defaults.sizes([5000], "h", 24, None, None).periods == (24, 168)
    short = defaults.sizes([20], "MS", 12, None, None)
    assert short.season == 1
    assert "no two seasons" in short.said[0]


def test_what_is_said_counts() -> None:
    found = defaults.sizes([500], "D", 7, 3, 21)
    assert (found.horizon, found.window) == (3, 21)
    with pytest.raises(ValueError, match="leaves too little of 50 rows"):
        defaults.sizes([50], "D", 7, 40, None)
    with pytest.raises(ValueError, match="too few to train"):
        defaults.sizes([5], "D", 7, None, None)
