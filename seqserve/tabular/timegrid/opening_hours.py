"""Steps that are left out at the same times of each week, because a shop or an exchange is closed then."""

from __future__ import annotations

import numpy as np
import pandas as pd

from seqserve.tabular.timegrid.steps import DAY, WEEK, Integers, Steps, fixed_seconds, seconds

_OPEN, _CLOSED = (
    0.6,
    0.05,
)  # share of the fullest slot's rows from which on a slot is open, and up to which it is closed
_FEWEST_WEEKS = 2
_WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_BUSINESS_HOURS = tuple(day * DAY + hour * 3_600 for day in range(5) for hour in range(9, 17))  # pandas' `bh`


def find(times: pd.DatetimeIndex, steps: Steps) -> Steps | None:
    """The same steps with those of closed hours left out, or none if no hours of the week are always closed.

    Args:
        times: sorted; `steps` are those that they go by, holes aside.
    """
    step = fixed_seconds(steps.offset)
    at = seconds(times)
    if step is None or step > DAY or (at[-1] - at[0]) < _FEWEST_WEEKS * WEEK:
        return None
    slots, counts = np.unique(at % WEEK, return_counts=True)
    opened = counts >= _OPEN * counts.max()
    if np.any(~opened & (counts > max(1, _CLOSED * counts.max()))) or opened.sum() * step >= WEEK:
        return None
    chosen = slots[opened]
    alias = "bh" if step == 3_600 and tuple(chosen) == _BUSINESS_HOURS else None
    every = str(steps.alias or steps.words)
    words = (
        f"opening {'hours' if step < DAY else 'days'}, every {every} {_words(chosen, step)}: closed ones are no gaps"
    )
    return Steps(alias, words, _season(chosen, step), steps.offset, tuple(map(int, chosen)), filled=False)


def _season(slots: Integers, step: int) -> int:
    """Slots a day where all open days have as many, else slots a week."""
    a_day = np.unique(slots // DAY, return_counts=True)[1]
    return int(a_day[0]) if step < DAY and len(set(a_day)) == 1 else len(slots)


def _words(slots: Integers, step: int) -> str:
    days = sorted(set((slots // DAY).tolist()))
    consecutive = len(days) > 2 and days == list(range(days[0], days[-1] + 1))
    named = f"{_WEEKDAYS[days[0]]}-{_WEEKDAYS[days[-1]]}" if consecutive else ", ".join(_WEEKDAYS[day] for day in days)
    if step == DAY:
        return f"on {named} only"
    clock = slots % DAY
    return f"{named} from {_clock(clock.min())} to {_clock(clock.max())}"


def _clock(second: int) -> str:
    return f"{second // 3_600:02d}:{second % 3_600 // 60:02d}"
