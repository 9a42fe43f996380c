from __future__ import annotations

import io
import re
from itertools import count

import pytest

from seqserve.core.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_log_gets_one_line_at_the_end() -> None:
    stream = io.StringIO()
    times = iter([0.0, 3.0])
    with Progress(1200, "series", stream=stream, clock=lambda: next(times, 3.0)) as progress:
        progress.add(1000)
        progress.add(200)
        assert stream.getvalue() == ""
    assert re.fullmatch(r"1,200 series in \d+\.\d s, [\d,.]+ a second\n", stream.getvalue())


def test_a_terminal_gets_a_bar_with_rate_and_what_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    stream, ticks = Terminal(), count()
    with Progress(4, "series", stream=stream, clock=lambda: float(next(ticks))) as progress:
        for _ in range(3):
            progress.add(1)
        progress._bar.refresh()
        drawn = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", stream.getvalue())
    assert re.search(r"3 of 4 series [\d.]+ a second, 0:00:\d\d left", drawn)
    assert re.search(r"3 series in \d+\.\d s, [\d.]+ a second\n$", stream.getvalue())


def test_no_color_turns_colours_off(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = {}
    for value in ("", "1"):
        monkeypatch.setenv("NO_COLOR", value)
        with Progress(4, "series", stream=(stream := Terminal())) as progress:
            progress.add(1)
            progress._bar.refresh()
        drawn[value] = bool(re.search(r"\x1b\[[\d;]*3\d", stream.getvalue()))
    assert drawn == {"": True, "1": False}


def test_what_was_done_before_is_not_in_the_rate() -> None:
    stream = io.StringIO()
    with Progress(10, "batches", done=8, stream=stream) as progress:
        progress.add(2)
    assert stream.getvalue().startswith("2 batches in ")


def test_nothing_done_has_no_rate() -> None:
    stream = io.StringIO()
    with Progress(0, "series", stream=stream, clock=lambda: 0.0):
        pass
    assert stream.getvalue() == "0 series in 0.0 s\n"


def test_an_error_is_not_followed_by_a_rate() -> None:
    stream = Terminal()
    with pytest.raises(ZeroDivisionError), Progress(2, "series", stream=stream):
        raise ZeroDivisionError
    assert "series in" not in stream.getvalue()
