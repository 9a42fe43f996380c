"""What a job takes where nothing is said: the horizon and the window, by frequency and by how much data there is."""

from __future__ import annotations

from dataclasses import dataclass

_HORIZONS = {7: 14, 5: 10, 52: 13, 12: 12, 4: 4}
"""Season to horizon; with another season, that season."""
_WITHOUT = 10
"""Horizon of a series without a season."""
_YEARLY = 4
_CYCLES = {7: 26, 5: 26, 52: 5, 12: 15, 4: 20, 24: 28}
_LONGEST = 1_344


@dataclass(frozen=True)
class Sizes:
    """Steps of a model.

    Args:
        season: 1 is none.
        longer: a second season that is a multiple of the first, such as the week of hours.
        said: why, a sentence each.
    """

    season: int
    longer: int | None
    horizon: int
    window: int
    said: list[str]

    @property
    def periods(self) -> tuple[int, ...]:
        return (self.season, self.longer) if self.longer else (self.season,)


def sizes(lengths: list[int], frequency: str | None, season: int, horizon: int | None, window: int | None) -> Sizes:
    """Sizes that fit a panel.

    Args:
        lengths: of the series.
        season: of the frequency, or as the user says.
        horizon, window: as the user says.

    Raises:
        ValueError: no series is long enough.
    """
    longest = sorted(lengths)[len(lengths) * 9 // 10]
    said = []
    if longest < 6:
        raise ValueError(f"the series have {longest} rows: too few to train on and to test; 6 are the least")
    name = f"frequency {frequency}" if frequency else "no frequency"
    if season > 1 and longest < 2 * season + 2:
        said.append(f"{longest} rows hold no two seasons of {season}: no season is used")
        season = 1
    said.append(f"{name}: season {season}" if season > 1 else f"{name}: no season")
    usual = _HORIZONS.get(season, season) if season > 1 else (_YEARLY if (frequency or "")[:1] == "Y" else _WITHOUT)
    most = max(1, longest // 5)
    if horizon is None:
        horizon = min(usual, most)
        said.append(f"horizon {horizon}" + (", as much as fits a short series" if horizon < usual else ""))
    elif horizon > longest // 2:
        raise ValueError(f"a horizon of {horizon} leaves too little of {longest} rows to train on; give a smaller one")
    usual = min(season * _CYCLES.get(season, 28), _LONGEST) if season > 1 else 96
    if window is None:
        window = max(min(max(usual, 2 * season), longest - horizon), 2)
        said.append(f"looks at {window} steps at most")
    elif window < 2:
        raise ValueError("a window has at least 2 steps")
    longer = 7 * season if season in (24, 48, 96) and window >= 14 * season else None
    return Sizes(season, longer, horizon, min(window, longest - horizon), said)
