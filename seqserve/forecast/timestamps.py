"""Where in time a query lies, and the timestamps of the steps that are forecast."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from seqserve.core.messages import counted
from seqserve.errors import InputError
from seqserve.forecast import grid, stamps
from seqserve.forecast.stamps import Stamps

if TYPE_CHECKING:
    import pandas as pd

_ANCHORS = ("start", "end", "timestamps")
_MOST_STAMPS = 20_000
"""No model looks at more steps; a quarter of a million timestamps take a second to read."""


class Dated(Protocol):
    """The fields of a query that say where in time it lies."""

    @property
    def start(self) -> str | None: ...
    @property
    def end(self) -> str | None: ...
    @property
    def timestamps(self) -> Sequence[str] | None: ...
    @property
    def frequency(self) -> str | None: ...


class Located(NamedTuple):
    """Where in time a query lies.

    Attributes:
        frequency: pandas offset alias, as it was stated or else inferred from the timestamps.
        ahead: the timestamps of the steps that are forecast, in the zone that was sent; none if that is not known.
        warnings: what had to be guessed.
        last: the moment of the last value.
        observed: those of all values, or of the last that any model looks at, if they were sent.
    """

    frequency: str | None
    ahead: list[str] | None = None
    warnings: Sequence[str] = ()
    last: pd.Timestamp | None = None
    observed: pd.DatetimeIndex | None = None

    def times(self, steps: int, horizon: int) -> pd.DatetimeIndex | None:
        """The moments of the last `steps` values and of the `horizon` steps behind them; none if they are not known."""
        import pandas as pd

        if self.last is None or self.frequency is None:
            return None
        step = grid.offset(self.frequency)
        ahead = pd.date_range(self.last + step, periods=horizon, freq=step)
        history = self.observed
        if history is None:
            history = pd.date_range(end=self.last, periods=steps, freq=step)
        return pd.DatetimeIndex(history[-steps:].append(ahead))


def locate(query: Dated, steps: int, horizon: int) -> Located:
    """Where a query of `steps` values lies, and the timestamps of the `horizon` steps behind them.

    Raises:
        InputError: what it says of time cannot be read, does not fit together, or leads past the calendar.
    """
    if query.start is None and query.end is None and query.timestamps is None:
        return Located(query.frequency)
    sent = [name for name in _ANCHORS if getattr(query, name) is not None]
    if len(sent) > 1:
        message = f"{' and '.join(sent)} are given; send one of start, end and timestamps"
        raise InputError("ambiguous_time", message, sent[-1])
    if query.timestamps is not None:
        return _by_timestamps(query.timestamps, query.frequency, steps, horizon)
    (name,) = sent
    if query.frequency is None:
        return Located(None, warnings=[f"no timestamps: they need frequency beside {name}"])
    anchor = getattr(query, name)
    ahead, last = _by_anchor(name, anchor, query.frequency, steps, horizon)
    return Located(query.frequency, list(ahead), last=last)


def start(end: str, frequency: str, steps: int) -> str:
    """When the first of `steps` values was observed, of which the last was at `end`.

    Raises:
        InputError: the end or the frequency cannot be read, do not fit together, or lead before the calendar.
    """
    found = stamps.read([end], "bad_end", "end")
    grid.offset(frequency)
    grid.check_anchor(found.times[0], frequency, "end")
    return found.written(grid.preceding(found.times[0], frequency, steps, "end"))[0]


@lru_cache(maxsize=1024)
def _by_anchor(name: str, text: str, frequency: str, steps: int, horizon: int) -> tuple[tuple[str, ...], Any]:
    """The timestamps behind a history that starts or ends at a moment, and the moment of its last value."""
    found = stamps.read([text], f"bad_{name}", name)
    anchor = found.times[0]
    grid.offset(frequency)
    grid.check_anchor(anchor, frequency, name)
    since = steps - 1 if name == "start" else 0
    times = grid.following(anchor, frequency, since, horizon + 1, name)
    return found.written(times[1:]), times[0]


def _by_timestamps(texts: Sequence[str], frequency: str | None, steps: int, horizon: int) -> Located:
    if len(texts) != steps:
        message = f"{counted(len(texts), 'timestamp')} for {counted(steps, 'value')}; send one for each"
        raise InputError("bad_timestamps", message, "timestamps")
    if steps > _MOST_STAMPS:
        try:
            return _by_timestamps(texts[-_MOST_STAMPS:], frequency, _MOST_STAMPS, horizon)
        except InputError as error:
            message = f"of the last {_MOST_STAMPS} steps, which alone are looked at: {error.message}"
            raise InputError(error.code, message, error.field) from None
    found = stamps.read(texts, "bad_timestamps", "timestamps")
    grid.check_order(found.times)
    times, (alias, warnings) = _regular(found, frequency)
    ahead = grid.following(times[-1], alias, 1, horizon, "timestamps")
    return Located(alias, list(found.written(ahead)), warnings, times[-1], times)


def _regular(found: Stamps, frequency: str | None) -> tuple[pd.DatetimeIndex, tuple[str, list[str]]]:
    """The moments as they are regular, with their frequency and what was guessed.

    Where offsets change, days are regular by local clocks and hours by UTC.
    """
    if found.clock is None:
        return found.times, _frequency(found.times, frequency)
    told = f"the offset changes; timestamps keep the last, {found.times[-1]:%z}: name the zone, as in [Europe/Berlin]"
    try:
        alias, warnings = _frequency(found.times, frequency)
    except InputError:
        alias, warnings = _frequency(found.clock, frequency)
        return found.clock, (alias, [*warnings, told])
    return found.times, (alias, [*warnings, told])


def _frequency(times: pd.DatetimeIndex, frequency: str | None) -> tuple[str, list[str]]:
    return grid.infer(times) if frequency is None else (frequency, grid.check_regular(times, frequency))
