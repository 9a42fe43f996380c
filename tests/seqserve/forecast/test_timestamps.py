from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seqserve.errors import InputError
from seqserve.forecast import timestamps
from seqserve.forecast.predictor import ForecastQuery
from seqserve.forecast.timestamps import Located, locate


def located(steps: int, horizon: int = 2, **told: Any) -> Located:
    return locate(ForecastQuery([], **told), steps, horizon)


def following(start: str, frequency: str, steps: int, horizon: int) -> tuple[str, ...]:
    found = located(steps, horizon, start=start, frequency=frequency)
    assert found.frequency == frequency
    return tuple(found.ahead or ())


@pytest.mark.parametrize(
    ("start", "frequency", "steps", "expected"),
    [
        ("2016-12-28", "B", 4, ("2017-01-03", "2017-01-04")),
        ("2016-12-28", "D", 4, ("2017-01-01", "2017-01-02")),
        ("2016-12-28", "2D", 4, ("2017-01-05", "2017-01-07")),
        ("2016-12-28T22:00", "h", 1, ("2016-12-28T23:00:00", "2016-12-29T00:00:00")),
        ("2016-12-28", "h", 24, ("2016-12-29T00:00:00", "2016-12-29T01:00:00")),
        ("2016-12-28T10:00:00", "D", 1, ("2016-12-29T10:00:00", "2016-12-30T10:00:00")),
        ("2016-12-25", "W-SUN", 1, ("2017-01-01", "2017-01-08")),
        ("2016-12", "MS", 1, ("2017-01-01", "2017-02-01")),
        ("2016-10-01", "QS", 2, ("2017-04-01", "2017-07-01")),
        ("2016-01-31", "ME", 1, ("2016-02-29", "2016-03-31")),
        ("2016-12-28T23:30:00+01:00", "h", 1, ("2016-12-29T00:30:00+01:00", "2016-12-29T01:30:00+01:00")),
        ("2016-12-28T23:00Z", "30min", 1, ("2016-12-28T23:30:00+00:00", "2016-12-29T00:00:00+00:00")),
        ("20161228", "D", 1, ("2016-12-29", "2016-12-30")),
        ("0099-01-01", "D", 1, ("0099-01-02", "0099-01-03")),
        # a zone that is sent stays, also at midnight
        ("2016-12-28T00:00+01:00", "D", 1, ("2016-12-29T00:00:00+01:00", "2016-12-30T00:00:00+01:00")),
        # days are calendar days, hours are hours: clocks went forward on March 31
        (
            "2024-03-30T10:00[Europe/Berlin]",
            "D",
            1,
            ("2024-03-31T10:00:00+02:00[Europe/Berlin]", "2024-04-01T10:00:00+02:00[Europe/Berlin]"),
        ),
        (
            "2024-03-31T01:00+01:00[Europe/Berlin]",
            "h",
            1,
            ("2024-03-31T03:00:00+02:00[Europe/Berlin]", "2024-03-31T04:00:00+02:00[Europe/Berlin]"),
        ),
    ],
)
def test_the_steps_behind_the_history(start: str, frequency: str, steps: int, expected: tuple[str, ...]) -> None:
    assert following(start, frequency, steps, 2) == expected


_FIRSTS = {
    "2016-12-28": ["B", "D", "3h", "W-WED", "2B"],
    "2016-10-01": ["MS", "QS", "2MS", "SMS"],
    "2016-12-31": ["ME", "QE", "YE", "SME"],
    "2016-12-28T10:00": ["bh"],
}


@given(st.integers(1, 500), st.sampled_from([(first, alias) for first, known in _FIRSTS.items() for alias in known]))
def test_one_history_is_continued_by_the_next(steps: int, dated: tuple[str, str]) -> None:
    ahead = following(*dated, steps, 5)
    assert len(ahead) == 5
    assert following(*dated, steps + 2, 3)[0][:10] == ahead[2][:10]
    assert list(ahead) == sorted(set(ahead))


def test_a_history_of_a_billion_steps_takes_no_memory() -> None:
    assert following("2016-12-28T00:00:00", "s", 10**9, 1) == ("2048-09-05T01:46:40",)


@pytest.mark.parametrize(
    "start",
    [
        *("", "now", "today", "yesterday", "1", "NaT", "nan", "12/28/2016", "2016-13-01", "2016-02-30"),
        *("2016-12-28 EST", "99999-01-01", "٢٠١٦-١٢-٢٨", "2016-12-28" * 100_000, "2016-12-28\0", "0000-01-01"),
    ],
)
def test_what_is_no_start(start: str) -> None:
    with pytest.raises(InputError) as caught:
        following(start, "D", 10, 3)
    assert (caught.value.code, caught.value.field) == ("bad_start", "start")
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    "frequency",
    [
        *("", "nonsense", "0D", "-1D", "d", "M", "H", "None", "nan", "D;D", "W-XYZ", "1 D"),
        *("9" * 30 + "h", "9" * 5000 + "D", "D" * 1_000_000),
    ],
)
def test_what_is_no_frequency(frequency: str) -> None:
    with pytest.raises(InputError) as caught:
        following("2016-12-28", frequency, 10, 3)
    assert (caught.value.code, caught.value.field) == ("bad_frequency", "frequency")
    assert len(caught.value.message) < 200


@pytest.mark.parametrize(
    ("start", "frequency", "steps"),
    [
        ("9999-12-30", "D", 1),
        ("9999-12-30", "C", 1),
        ("9999-12-30T10:00", "cbh", 100),
        ("2016-01-01", "YS", 9000),
        ("2016-12-28", "99999999D", 10),
        ("2016-12-28", "999999999B", 10),
        ("2016-12-01", "99999999MS", 10),
        ("2016-12-28", "D", 10**30),
        ("1500-01-01", "ns", 10),
    ],
)
def test_what_leads_past_the_calendar(start: str, frequency: str, steps: int) -> None:
    with pytest.raises(InputError, match="calendar") as caught:
        following(start, frequency, steps, 3)
    assert caught.value.code == "bad_start"


@pytest.mark.parametrize(
    ("end", "frequency", "expected"),
    [
        ("2017-01-02", "B", ("2017-01-03", "2017-01-04")),
        ("2016-12-30", "B", ("2017-01-02", "2017-01-03")),
        ("2016-12-31", "ME", ("2017-01-31", "2017-02-28")),
        ("2017-01-01", "W", ("2017-01-08", "2017-01-15")),
        ("2016-12-01", "2MS", ("2017-02-01", "2017-04-01")),
        ("2016-12-15", "SMS", ("2017-01-01", "2017-01-15")),
        ("2016-12-28T23:00-05:00", "h", ("2016-12-29T00:00:00-05:00", "2016-12-29T01:00:00-05:00")),
    ],
)
@pytest.mark.parametrize("steps", [1, 1000])
def test_behind_an_end(end: str, frequency: str, expected: tuple[str, ...], steps: int) -> None:
    found = located(steps, end=end, frequency=frequency)
    assert found.ahead == list(expected)
    assert not found.warnings


@pytest.mark.parametrize(
    ("moment", "frequency", "named"),
    [
        ("2017-01-02", "W", ["Monday 2017-01-02", "Sunday 2017-01-01", "Sunday 2017-01-08", "W-MON"]),
        ("2017-01-31", "MS", ["2017-01-01", "2017-02-01", "frequency ME"]),
        ("2017-01-31", "QS", ["2017-01-01", "2017-04-01", "QE-JAN"]),
        ("2017-12-31", "YS", ["2017-01-01", "2018-01-01", "YE-DEC"]),
        ("2017-01-01", "2ME", ["2016-12-31", "2017-01-31", "2MS"]),
        ("2016-12-24", "B", ["Saturday 2016-12-24", "Friday 2016-12-23", "Monday 2016-12-26"]),
        ("2017-01-02", "SMS", ["2017-01-01", "2017-01-15"]),
        ("2016-12-28T07:00", "bh", ["2016-12-27 17:00", "2016-12-28 09:00"]),
        ("2017-01-02T10:00+01:00", "W", ["2017-01-01 10:00+01:00"]),
    ],
)
@pytest.mark.parametrize("field", ["start", "end"])
def test_a_moment_off_the_frequency_is_told_the_nearest_on_it(
    moment: str, frequency: str, named: list[str], field: str
) -> None:
    with pytest.raises(InputError) as caught:
        located(10, frequency=frequency, **{field: moment})
    assert (caught.value.code, caught.value.field) == (f"bad_{field}", field)
    assert [part for part in named if part not in caught.value.message] == []


@pytest.mark.parametrize(
    ("stamps", "alias", "expected"),
    [
        (["2017-01-01", "2017-01-02", "2017-01-03"], "D", "2017-01-04"),
        (["2016-10-01", "2016-11-01", "2016-12-01"], "MS", "2017-01-01"),
        (["2016-10-31", "2016-11-30", "2016-12-31"], "ME", "2017-01-31"),
        (["2016-12-05", "2016-12-12", "2016-12-19"], "W-MON", "2016-12-26"),
        (["2016-11-01", "2016-11-15", "2016-12-01"], "SMS", "2016-12-15"),
        (["2016-12-28T00:00", "2016-12-28T00:30", "2016-12-28T01:00"], "30min", "2016-12-28T01:30:00"),
        (["2014-01-01", "2015-01-01", "2016-01-01"], "YS-JAN", "2017-01-01"),
        (["2016-12-22", "2016-12-23", "2016-12-26"], "B", "2016-12-27"),
        (
            ["2024-03-29T00:00[Europe/Berlin]", "2024-03-30T00:00[Europe/Berlin]", "2024-03-31T00:00[Europe/Berlin]"],
            "D",
            "2024-04-01T00:00:00+02:00[Europe/Berlin]",
        ),
    ],
)
def test_the_frequency_of_timestamps_is_inferred(stamps: list[str], alias: str, expected: str) -> None:
    found = located(len(stamps), 1, timestamps=stamps)
    assert (found.frequency, found.ahead, found.warnings) == (alias, [expected], [])
    assert located(len(stamps), 1, timestamps=stamps, frequency=alias).ahead == [expected]


def test_one_working_week_has_two_readings() -> None:
    week = [f"2017-01-{day:02d}" for day in range(2, 7)]
    found = located(5, 1, timestamps=week)
    assert (found.frequency, found.ahead) == ("D", ["2017-01-07"])
    assert "frequency B" in found.warnings[0]
    stated = located(5, 1, timestamps=week, frequency="B")
    assert (stated.ahead, stated.warnings) == (["2017-01-09"], [])


def test_holidays_among_business_days_are_told() -> None:
    days = [f"2016-12-{day:02d}" for day in range(5, 31) if day not in (10, 11, 17, 18, 24, 25, 26)]
    for frequency in (None, "B"):
        found = located(len(days), 1, timestamps=days, frequency=frequency)
        assert (found.frequency, found.ahead) == ("B", ["2017-01-02"])
        assert found.warnings == ["1 business day without a value, taken for holidays"]


def test_a_hole_within_one_working_week_is_no_holiday() -> None:
    days = ["2024-01-01", "2024-01-02", "2024-01-04", "2024-01-05"]
    with pytest.raises(InputError, match="not regular"):
        located(4, 1, timestamps=days)
    assert located(4, 1, timestamps=days, frequency="B").ahead == ["2024-01-08"]


def test_offsets_that_change_are_days_by_local_clocks() -> None:
    days = ["2024-03-29T00:00+01:00", "2024-03-30T00:00+01:00", "2024-03-31T00:00+01:00", "2024-04-01T00:00+02:00"]
    found = located(4, 1, timestamps=days)
    assert (found.frequency, found.ahead) == ("D", ["2024-04-02T00:00:00+02:00"])
    assert "name the zone" in found.warnings[0]


def test_offsets_that_change_are_hours_by_utc() -> None:
    hours = ["2024-03-31T00:00+01:00", "2024-03-31T01:00+01:00", "2024-03-31T03:00+02:00", "2024-03-31T04:00+02:00"]
    found = located(4, 1, timestamps=hours)
    assert (found.frequency, found.ahead) == ("h", ["2024-03-31T05:00:00+02:00"])


@pytest.mark.parametrize(
    ("stamps", "named"),
    [
        (["2017-01-01", "2017-01-03", "2017-01-02"], ["step 2", "order"]),
        (["2017-01-01", "2017-01-02", "2017-01-02"], ["step 2", "again"]),
        (["2017-01-01", "2017-01-02", "2017-01-03", "2017-01-07", "2017-01-08"], ["step 3", "not regular"]),
        (["2017-01-01", "soon", "2017-01-03"], ["step 1", "'soon'"]),
        (["2017-01-01", "2017-02-30", "2017-01-03"], ["step 1", "2017-02-30"]),
        (["2017-01-01T00:00Z", "2017-01-02T00:00", "2017-01-03T00:00Z"], ["step 1", "zone"]),
        (["2017-01-01T00:00[Europe/Berlin]", "2017-01-02T00:00[Europe/Paris]"], ["step 1", "zone"]),
        (["2017-01-01", "2017-01-02"], ["2 timestamps", "send frequency"]),
        (["2017-01-01"], ["send frequency"]),
        (["9999-12-29", "9999-12-30", "9999-12-31"], ["calendar"]),
    ],
)
def test_timestamps_that_are_wrong_are_told_where(stamps: list[str], named: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        located(len(stamps), 1, timestamps=stamps)
    assert (caught.value.code, caught.value.field) == ("bad_timestamps", "timestamps")
    assert [part for part in named if part not in caught.value.message] == []


@pytest.mark.parametrize(
    ("stamps", "frequency", "named"),
    [
        (["2017-01-01", "2017-01-02", "2017-01-04"], "D", ["step 2", "2017-01-03", "null"]),
        (["2017-01-01", "2017-01-02", "2017-01-03"], "W", ["step 1", "2017-01-08"]),
        (["2017-01-02", "2017-01-09", "2017-01-16"], "W", ["Monday 2017-01-02", "W-MON"]),
        (["2017-01-06", "2017-01-07", "2017-01-08"], "B", ["step 1", "2017-01-09"]),
        (["2017-01-02", "2017-01-09", "2017-01-16"], "B", ["not regular"]),
        (["2017-01-01", "2017-02-01", "2017-03-01"], "ME", ["2016-12-31", "frequency MS"]),
    ],
)
def test_timestamps_that_are_not_the_frequency_stated(stamps: list[str], frequency: str, named: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        located(3, 1, timestamps=stamps, frequency=frequency)
    assert caught.value.code == "bad_timestamps"
    assert [part for part in named if part not in caught.value.message] == []


def test_one_timestamp_a_value() -> None:
    with pytest.raises(InputError, match="2 timestamps for 3 values"):
        located(3, timestamps=["2017-01-01", "2017-01-02"], frequency="D")


def test_of_a_long_history_no_more_timestamps_are_read_than_a_model_looks_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timestamps, "_MOST_STAMPS", 4)
    days = ["never", "2017-01-01", "2017-01-02", "2017-01-03", "2017-01-04"]
    found = located(5, 1, timestamps=days)
    assert found.ahead == ["2017-01-05"]
    assert found.observed is not None
    assert len(found.observed) == 4
    with pytest.raises(InputError, match=r"of the last 4 steps.*step 3, 'today'"):
        located(5, 1, timestamps=[*days[:4], "today"])
    with pytest.raises(InputError, match="5 timestamps for 6 values"):
        located(6, 1, timestamps=days)


def test_only_one_of_start_end_and_timestamps() -> None:
    with pytest.raises(InputError, match="start and end are given") as caught:
        located(3, start="2017-01-01", end="2017-01-03", frequency="D")
    assert (caught.value.code, caught.value.field) == ("ambiguous_time", "end")


def test_without_a_moment_there_are_no_timestamps() -> None:
    assert located(3) == Located(None)
    assert located(3, frequency="D") == Located("D")
    half = located(3, end="2017-01-01")
    assert (half.ahead, half.warnings) == (None, ["no timestamps: they need frequency beside end"])


@pytest.mark.parametrize(
    "told",
    [
        {"start": "2016-12-29", "frequency": "B"},
        {"end": "2017-01-02", "frequency": "B"},
        {"timestamps": ["2016-12-29", "2016-12-30", "2017-01-02"]},
    ],
)
def test_models_see_the_moments_of_history_and_horizon(told: dict[str, Any]) -> None:
    times = located(3, 2, **told).times(3, 2)
    assert times is not None
    assert list(times.strftime("%m-%d")) == ["12-29", "12-30", "01-02", "01-03", "01-04"]
    assert located(3).times(3, 2) is None


_aliases = st.from_regex(r"[0-9.]{0,12}[A-Za-z]{1,4}(-[A-Z0-9]{1,4})?", fullmatch=True)
_dates = st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}([+-][0-9]{2}:?[0-9]{2}|Z)?)?", fullmatch=True)


@given(
    st.text() | _dates | st.datetimes().map(str),
    st.text() | _aliases | st.sampled_from(["B", "C", "cbh", "bh", "WOM-1MON", "CBMS", "BQE", "5ns", "YS"]),
    st.integers(1, 10**7),
    st.integers(1, 50),
    st.sampled_from(["start", "end"]),
)
@example("2016-12-28", "1h30min", 10, 3, "start")
def test_any_two_strings_give_timestamps_or_an_input_error(
    moment: str, frequency: str, steps: int, horizon: int, field: str
) -> None:
    code, message = "none", ""
    try:
        found = located(steps, horizon, frequency=frequency, **{field: moment})
    except InputError as error:
        code, message = error.code, error.message
    else:
        assert len(found.ahead or ()) == horizon
    assert code in {"none", f"bad_{field}", "bad_frequency"}
    assert len(message) < 400


@given(
    st.lists(_dates | st.datetimes().map(str) | st.text(), max_size=6),
    st.none() | _aliases | st.sampled_from(["B", "bh", "WOM-1MON", "YS", "5ns"]),
)
def test_any_timestamps_give_timestamps_or_an_input_error(stamps: list[str], frequency: str | None) -> None:
    code, message = "none", ""
    try:
        found = located(len(stamps), 3, timestamps=stamps, frequency=frequency)
    except InputError as error:
        code, message = error.code, error.message
    else:
        assert len(found.ahead or ()) == 3
    assert code in {"none", "bad_timestamps", "bad_frequency"}
    assert len(message) < 400


@given(st.sampled_from(["D", "B", "h", "15min", "W-WED", "MS", "ME", "QS-OCT", "YE-DEC"]), st.integers(3, 60))
def test_what_is_regular_is_read_as_such(frequency: str, count: int) -> None:
    import pandas as pd

    times = pd.date_range("2019-12-28", periods=count + 2, freq=frequency)
    stamps = [time.isoformat() for time in times]
    stated = located(count, 2, timestamps=stamps[:count], frequency=frequency).ahead or []
    assert [stamp[: len(told)] for stamp, told in zip(stamps[count:], stated, strict=True)] == stated
    inferred = located(count, 2, timestamps=stamps[:count])
    if not inferred.warnings:  # a working week has two readings
        assert inferred.ahead == stated
