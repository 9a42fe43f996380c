from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from seqserve import tasks
from seqserve.errors import InputError
from seqserve.forecast.command import ForecastCommand
from seqserve.registry import artifact
from testing import tiny


def answers(tmp_path: Path, rows: int, *arguments: str, dates: bool = True) -> list[tuple[str, Any]]:
    predictor: Any = tasks.load(artifact.publish(tmp_path / "models", tiny.release()))
    path = tmp_path / "sales.csv"
    lines = [f"2020-01-{number + 1:02d},{number}" if dates else f"{number}" for number in range(rows)]
    path.write_text("\n".join(["date,value" if dates else "value", *lines, ""]))
    parser = argparse.ArgumentParser()
    command = ForecastCommand()
    command.add_arguments(parser)
    return command.answer(predictor, parser.parse_args(["--csv", str(path), *arguments]))


def test_a_table_is_forecast_from_its_last_date_on(tmp_path: Path) -> None:
    ((place, answer),) = answers(tmp_path, 10, "--horizon", "3", "--level", "80,95")
    assert place == "sales.csv"
    assert [date[:10] for date in answer.timestamps] == ["2020-01-11", "2020-01-12", "2020-01-13"]
    assert len(answer.mean) == 3
    assert ForecastCommand().result(answer)["intervals"].keys() == {"80", "95"}


def test_a_table_without_dates_has_no_timestamps(tmp_path: Path) -> None:
    ((_, answer),) = answers(tmp_path, 10, dates=False)
    assert ForecastCommand().result(answer)["timestamps"] is None


def test_a_table_that_cannot_be_forecast_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        answers(tmp_path, 10, "--horizon", "99")


def test_levels_are_whole_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        answers(tmp_path, 10, "--level", "80,x")
    assert "'80,x' is no list of whole numbers" in capsys.readouterr().err
