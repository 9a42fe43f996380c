from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seqserve import tasks
from seqserve.core.arrays import Floats
from seqserve.errors import InputError
from seqserve.forecast import command
from seqserve.forecast.bulk.queries import Asked
from seqserve.forecast.command import ForecastCommand
from seqserve.forecast.covariates import Taken
from seqserve.forecast.predictor import ForecastQuery, PreparedForecast
from seqserve.registry import artifact
from seqserve.tabular.table import Series, Table
from testing import tiny
from testing.tiny.naive import NaiveForecaster


def answers(tmp_path: Path, rows: int, *arguments: str, dates: bool = True) -> list[tuple[str, Any]]:
    predictor: Any = tasks.load(artifact.publish(tmp_path / "models", tiny.release()))
    path = tmp_path / "sales.csv"
    lines = [f"2020-01-{number + 1:02d},{number}" if dates else f"{number}" for number in range(rows)]
    path.write_text("\n".join(["date,value" if dates else "value", *lines, ""]))
    parser = argparse.ArgumentParser()
    subcommand = ForecastCommand()
    subcommand.add_arguments(parser)
    return subcommand.answer(predictor, parser.parse_args(["--csv", str(path), *arguments]))


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


PANEL = "\n".join(
    ["unique_id,ds,y", *(f"{shop},2020-01-{day:02d},{day}" for shop in ("north", "south") for day in range(1, 11))]
)


def bulk(tmp_path: Path, *arguments: str, content: str = PANEL) -> list[tuple[str, Any]]:
    path = tmp_path / "panel.csv"
    path.write_text(content)
    parser = argparse.ArgumentParser()
    subcommand = ForecastCommand()
    subcommand.add_arguments(parser)
    predictor: Any = Universal()
    return subcommand.answer(predictor, parser.parse_args(["--csv", str(path), *arguments]))


class Universal(NaiveForecaster):
    covariates = Taken()


def test_every_series_of_a_table_is_forecast(tmp_path: Path) -> None:
    found = bulk(tmp_path, "--horizon", "1", "--quantile", "0.5")
    assert [place for place, _ in found] == ["panel.csv, series north", "panel.csv, series south"]
    assert [answer.timestamps for _, answer in found] == [["2020-01-11"], ["2020-01-11"]]
    assert ForecastCommand().result(found[0][1])["quantiles"].keys() == {"0.5"}


def test_forecasts_in_bulk_are_written_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "out.csv"
    short = f"{PANEL}\neast,2020-01-10,1\n"
    found = bulk(tmp_path, "--level", "80", "--output", str(output), content=short)
    assert [(place, error.code) for place, error in found] == [("panel.csv, series east", "too_short")]
    lines = output.read_text().splitlines()
    assert lines[0] == "unique_id,ds,mean,lo-80,hi-80"
    assert [line.split(",")[:2] for line in lines[1:]] == [
        ["north", "2020-01-11"],
        ["north", "2020-01-12"],
        ["south", "2020-01-11"],
        ["south", "2020-01-12"],
    ]
    assert "3 series in" in capsys.readouterr().err


def test_warnings_in_bulk_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    command._tell(Counter(["1 gap filled"] * 1200 + [f"warning {number}" for number in range(11)]))
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "seqserve: 1,200 series: 1 gap filled"
    assert len(told) == 11
    assert told[-1] == "seqserve: and 2 more warnings"


def test_a_batch_has_256_series() -> None:
    sizes = []

    class Counting(Universal):
        def infer(self, batch: Sequence[PreparedForecast]) -> list[Floats]:
            sizes.append(len(batch))
            return super().infer(batch)

    series = Series(None, np.ones((3, 1)), None)
    asked = [Asked(ForecastQuery([1.0, 2.0, 3.0]), series)] * 600
    assert len(list(command._answered(Counting(), Table(["y"], [series], None, 1, "y"), asked))) == 600
    assert sizes == [256, 256, 88]


def test_quantiles_are_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bulk(tmp_path, "--quantile", "low")
    assert "'low' is no list of numbers" in capsys.readouterr().err
