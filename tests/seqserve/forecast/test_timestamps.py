import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from seqserve.errors import InputError
from seqserve.forecast.timestamps import following


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
    ],
)
def test_the_steps_behind_the_history(start: str, frequency: str, steps: int, expected: tuple[str, ...]) -> None:
    assert following(start, frequency, steps, 2) == expected


def test_a_start_between_two_steps_means_the_next_step() -> None:
    assert following("2016-12-24", "B", 1, 1) == ("2016-12-27",)  # a Saturday, so the history begins on Monday
    assert following("2016-12-24", "W-SUN", 1, 1) == ("2017-01-01",)


@given(st.integers(0, 500), st.sampled_from(["B", "D", "3h", "W-WED", "MS", "QS", "2B", "YE", "SME", "bh"]))
def test_one_history_is_continued_by_the_next(steps: int, frequency: str) -> None:
    ahead = following("2016-12-28", frequency, steps, 5)
    assert len(ahead) == 5
    assert following("2016-12-28", frequency, steps + 2, 3)[0][:10] == ahead[2][:10]
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
        ("9999-12-30", "cbh", 100),
        ("2016-12-28", "YS", 9000),
        ("2016-12-28", "99999999D", 10),
        ("2016-12-28", "999999999B", 10),
        ("2016-12-28", "99999999MS", 10),
        ("2016-12-28", "D", 10**30),
        ("1500-01-01", "ns", 10),
    ],
)
def test_what_leads_past_the_calendar(start: str, frequency: str, steps: int) -> None:
    with pytest.raises(InputError, match="calendar") as caught:
        following(start, frequency, steps, 3)
    assert caught.value.code == "bad_start"


_aliases = st.from_regex(r"[0-9.]{0,12}[A-Za-z]{1,4}(-[A-Z0-9]{1,4})?", fullmatch=True)
_dates = st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}([+-][0-9]{2}:?[0-9]{2}|Z)?)?", fullmatch=True)


@given(
    st.text() | _dates | st.datetimes().map(str),
    st.text() | _aliases | st.sampled_from(["B", "C", "cbh", "bh", "WOM-1MON", "CBMS", "BQE", "5ns", "YS"]),
    st.integers(1, 10**7),
    st.integers(1, 50),
)
@example("2016-12-28", "1h30min", 10, 3)
def test_any_two_strings_give_timestamps_or_an_input_error(
    start: str, frequency: str, steps: int, horizon: int
) -> None:
    try:
        ahead = following(start, frequency, steps, horizon)
    except InputError as error:
        code = error.code
    else:
        code = "none"
        assert len(ahead) == horizon
    assert code in {"none", "bad_start", "bad_frequency"}
