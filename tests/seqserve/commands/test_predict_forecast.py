"""`python -m seqserve predict forecast`: a table in, forecasts out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from testing import tiny
from testing.command_line import failed, run


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    path = tmp_path / "prices.csv"
    rows = [f"{day}/1/2017,{value}" for day, value in enumerate(tiny.values(20), 2)]
    path.write_text("\n".join(["Date,Value", *rows]))
    return path


def test_forecast_answers_as_the_service_does(models: Path, prices: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("predict", "forecast", "--csv", str(prices), "--horizon", "3", "--level", "80,95")
    assert run(models, *arguments) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["model"], answer["version"]) == ("tiny", "2")
    (forecast,) = answer["forecasts"]
    assert forecast["id"] == "prices.csv"
    assert forecast["timestamps"] == ["2017-01-22", "2017-01-23", "2017-01-24"]
    assert len(forecast["mean"]) == 3
    assert list(forecast["intervals"]) == ["80", "95"]
    for bounds in forecast["intervals"].values():
        assert all(low < mean for low, mean in zip(bounds["lower"], forecast["mean"], strict=True))
        assert all(mean < high for mean, high in zip(forecast["mean"], bounds["upper"], strict=True))


@pytest.mark.parametrize("model", ["tiny", "tiny@2", "tiny@stable", "forecast/tiny"])
def test_forecast_takes_a_model_by_name(
    models: Path, prices: Path, capsys: pytest.CaptureFixture[str], model: str
) -> None:
    assert run(models, "predict", "forecast", "--model", model, "--csv", str(prices)) == 0
    assert json.loads(capsys.readouterr().out)["version"] == "2"


def test_forecast_says_what_was_mended(models: Path, prices: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = prices.read_text().splitlines()
    prices.write_text("\n".join([lines[0], *reversed(lines[1:-3]), *lines[-2:]]))
    assert run(models, "predict", "forecast", "--csv", str(prices)) == 0
    captured = capsys.readouterr()
    assert "seqserve: 1 missing step of frequency D" in captured.err
    assert json.loads(captured.out)["forecasts"][0]["warnings"] == ["1 gap filled"]


def test_forecasts_are_written_to_a_file(
    models: Path, prices: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "out.csv"
    assert run(models, "predict", "forecast", "--csv", str(prices), "--level", "80", "--output", str(output)) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "answered by forecast/tiny version 2" in captured.err
    header, first, _ = output.read_text().splitlines()
    assert header == "unique_id,ds,mean,lo-80,hi-80"
    assert first.startswith("prices.csv,2017-01-22,")


def test_forecast_of_several_columns(models: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.publish(models, tiny.release("pair", features=["open", "close"]))
    path = tmp_path / "pair.csv"
    path.write_text("\n".join(["Close,Open", *(f"{close},{start}" for start, close in tiny.values(10, 2))]))
    command = ("predict", "forecast", "--model", "pair", "--csv", str(path))
    assert run(models, *command) == 0
    by_name = json.loads(capsys.readouterr().out)["forecasts"][0]
    assert run(models, *command, "--column", "open", "--column", "close") == 0
    assert json.loads(capsys.readouterr().out)["forecasts"][0] == by_name
    assert by_name["timestamps"] is None
    assert "--column names 1 column, this model needs 2" in failed(capsys, models, *command, "--column", "open")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--horizon", "99"], "1 to 6 steps"),
        (["--horizon", "0"], "1 to 6 steps"),
        (["--level", "50"], "80, 95"),
        (["--column", "Price"], "no column 'Price'; the columns are Date, Value"),
        (["--column", "Date"], "column Date is no number"),
        (["--column", "Value", "--column", "Date"], "--column names 2 columns, this model needs 1: value"),
        (["--model", "big"], "there are: tiny"),
        (["--model", "tiny@9"], "versions: 1, 2"),
    ],
)
def test_what_cannot_be_forecast_is_said_on_stderr(
    models: Path, prices: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert message in failed(capsys, models, "predict", "forecast", "--csv", str(prices), *arguments)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "prices.csv is empty"),
        ("Date,Value\n1/1/2017,1\n", "1 value, this model needs at least 8"),
        ("Date,Value\n" + "\n".join(f"{day}/1/2017," for day in range(1, 20)), "only gaps"),
        ("Date,Value\n1/1/2017,a\n", "row 2: 'a' in column Value is no number"),
    ],
)
def test_a_table_that_cannot_be_forecast_is_said_on_stderr(
    models: Path, prices: Path, capsys: pytest.CaptureFixture[str], content: str, message: str
) -> None:
    prices.write_text(content)
    assert run(models, "predict", "forecast", "--csv", str(prices)) == 1
    assert message in capsys.readouterr().err


def test_a_file_that_is_not_there_is_said_on_stderr(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere.csv" in failed(capsys, models, "predict", "forecast", "--csv", "nowhere.csv")


def test_levels_that_are_no_numbers_are_said_on_stderr(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(models, "predict", "forecast", "--csv", "x.csv", "--level", "high")
    assert caught.value.code == 2
    assert "'high' is no list of whole numbers" in capsys.readouterr().err
