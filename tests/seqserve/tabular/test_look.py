from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import seqserve.__main__


@pytest.fixture
def sales(tmp_path: Path) -> Path:
    path = tmp_path / "sales.csv"
    rows = [f"{shop},{day:%Y-%m-%d},{day.day}.5,x" for shop in "ab" for day in pd.date_range("2024-01-01", periods=31)]
    path.write_text("\n".join(["shop,date,sales,remark", *rows]))
    return path


def test_what_was_understood_is_printed_by_column(sales: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert seqserve.__main__.main(["look", str(sales)]) == 0
    said = capsys.readouterr().out
    assert "62 rows, 0 of them not used; 2 series of 31 to 31 steps" in said
    for line in (
        "shop    id",
        "date    time: ISO 8601",
        "sales   target",
        "remark  not used",
        "steps: daily (D); season: 7",
    ):
        assert line in said


def test_json_has_what_others_read(sales: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert seqserve.__main__.main(["look", str(sales), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said.pop("notes")
    assert said == {
        "rows": 62,
        "dropped": 0,
        "time": ["date"],
        "id": ["shop"],
        "target": "sales",
        "series": 2,
        "frequency": "D",
        "season": 7,
        "first": ["2024-01-01", 1.5],
        "last": ["2024-01-31", 31.5],
    }


def test_a_file_that_is_refused_has_an_error_and_a_status(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "short.csv"
    path.write_text("date,y\n" + "\n".join(f"01/{month:02d}/2000,{month}.5" for month in range(1, 13)))
    assert seqserve.__main__.main(["look", str(path), "--json"]) == 1
    assert "--day-first" in json.loads(capsys.readouterr().out)["error"]
    assert seqserve.__main__.main(["look", str(path)]) == 1
    assert "--day-first" in capsys.readouterr().err
    assert seqserve.__main__.main(["look", str(path), "--day-first", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["frequency"] == "MS"


def test_a_file_that_is_not_there_is_an_error_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert seqserve.__main__.main(["look", str(tmp_path / "no.csv"), "--json"]) == 1
    assert "no.csv" in json.loads(capsys.readouterr().out)["error"]
