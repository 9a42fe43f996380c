from __future__ import annotations

import pandas as pd
import pytest

from seqserve.errors import InputError
from seqserve.forecast import stamps


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2024-03-30", "2024-03-30"),
        ("20240330", "2024-03-30"),
        ("2024-03", "2024-03-01"),
        ("2024-03-30T00:00:00", "2024-03-30"),  # a day, as programs write it
        ("2024-03-30 10:15", "2024-03-30T10:15:00"),
        ("2024-03-30T10:15:00.5", "2024-03-30T10:15:00.500000"),
        ("2024-03-30T10:15Z", "2024-03-30T10:15:00+00:00"),
        ("2024-03-30T00:00+05:30", "2024-03-30T00:00:00+05:30"),
        ("2024-03-30T10:15-0800", "2024-03-30T10:15:00-08:00"),
        ("2024-03-30T10+01", "2024-03-30T10:00:00+01:00"),
        ("2024-03-30[Europe/Berlin]", "2024-03-30T00:00:00+01:00[Europe/Berlin]"),
        ("2024-03-30T10:15[America/New_York]", "2024-03-30T10:15:00-04:00[America/New_York]"),
        ("2024-03-30T10:15+01:00[Europe/Berlin]", "2024-03-30T10:15:00+01:00[Europe/Berlin]"),
        ("2024-03-30T10:15Z[Europe/Berlin]", "2024-03-30T11:15:00+01:00[Europe/Berlin]"),
        ("2024-10-27T02:30+02:00[Europe/Berlin]", "2024-10-27T02:30:00+02:00[Europe/Berlin]"),
        ("2024-03-30T10:15[UTC]", "2024-03-30T10:15:00+00:00[UTC]"),
    ],
)
def test_a_moment_is_written_in_the_zone_that_was_sent(text: str, written: str) -> None:
    found = stamps.read([text], "bad_start", "start")
    assert found.written(found.times) == (written,)


def test_one_time_among_days_makes_all_of_them_times() -> None:
    found = stamps.read(["2024-03-30", "2024-03-30T12:00"], "bad_timestamps", "timestamps")
    assert found.written(found.times) == ("2024-03-30T00:00:00", "2024-03-30T12:00:00")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("2024-02-30", "no date or time"),
        ("2024-03-30T25:00", "no date or time"),
        ("2024-03-30T10:15[Mars/Olympus]", "no time zone"),
        ("2024-03-30T10:15[../../etc/passwd]", "no time zone"),
        ("2024-03-30T10:15[localtime]", "no time zone"),
        ("2024-03-30T10:15[]", "no date or time"),
        ("2024-03-30T10:15+02:00[Europe/Berlin]", "does not have then"),
        ("2024-03-31T02:30[Europe/Berlin]", "clocks change"),  # skipped
        ("2024-10-27T02:30[Europe/Berlin]", "clocks change"),  # twice
    ],
)
def test_what_is_no_moment_is_told(text: str, named: str) -> None:
    with pytest.raises(InputError, match=named) as caught:
        stamps.read([text], "bad_end", "end")
    assert (caught.value.code, caught.value.field) == ("bad_end", "end")


@pytest.mark.parametrize("text", [None, 20240330, ["2024-03-30"]])
def test_only_texts_are_read(text: object) -> None:
    with pytest.raises(InputError, match="step 1"):
        stamps.read(["2024-03-29", text], "bad_timestamps", "timestamps")


def test_offsets_that_differ_keep_local_clocks_too() -> None:
    found = stamps.read(["2024-03-30T12:00+01:00", "2024-03-31T12:00+02:00"], "bad_timestamps", "timestamps")
    assert found.times[1] - found.times[0] == pd.Timedelta(hours=23)
    assert found.clock is not None
    assert found.clock[1] - found.clock[0] == pd.Timedelta(days=1)
    assert found.written(found.times[1:]) == ("2024-03-31T12:00:00+02:00",)
