from __future__ import annotations

import csv
from pathlib import Path

import pytest

from seqserve.forecast.bulk.csv_file import ForecastFile
from seqserve.forecast.predictor import Forecast

INTERVALS = {"80": {"lower": [1.0, 2.0], "upper": [3.0, 4.0]}, "95": {"lower": [0.0, 1.0], "upper": [4.0, 5.0]}}


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.reader(stream))


def test_a_row_for_each_step(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with ForecastFile(path, [80, 95], [0.1]) as file:
        file.add(Forecast("a,b", [2.0, 0.1], ["2020-01-01", "2020-01-02"], INTERVALS, [], {"0.1": [1.5, 2.5]}), 10)
    assert rows(path) == [
        ["unique_id", "ds", "mean", "lo-80", "hi-80", "lo-95", "hi-95", "q-0.1"],
        ["a,b", "2020-01-01", "2.0", "1.0", "3.0", "0.0", "4.0", "1.5"],
        ["a,b", "2020-01-02", "0.1", "2.0", "4.0", "1.0", "5.0", "2.5"],
    ]


def test_without_timestamps_steps_are_counted_on(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with ForecastFile(path, [], []) as file:
        file.add(Forecast("a", [2.0, 3.0], None, {}), 10)
    assert rows(path)[1:] == [["a", "11", "2.0"], ["a", "12", "3.0"]]


def test_levels_that_are_asked_for_twice_stand_once(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with ForecastFile(path, [80, 80], []) as file:
        file.add(Forecast("a", [2.0, 3.0], None, INTERVALS), 10)
    assert rows(path)[0] == ["unique_id", "ds", "mean", "lo-80", "hi-80"]


def test_half_a_file_does_not_appear(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("before")
    with pytest.raises(KeyError), ForecastFile(path, [80], []) as file:
        file.add(Forecast("a", [2.0], None, {}), 1)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        ForecastFile(tmp_path / "nowhere" / "out.csv", [], [])
