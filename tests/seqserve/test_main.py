import io
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from seqserve.__main__ import main
from seqserve.registry.store import Store
from testing import tiny
from testing.tiny import sentiment as tiny_sentiment
from testing.tiny import translation as tiny_translation


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    tiny.publish(root)
    tiny.publish(root)
    return root


@pytest.fixture
def models(tmp_path: Path, published: Path) -> Path:
    """forecast/tiny versions 1 and 2, of which 2 is stable."""
    return Path(shutil.copytree(published, tmp_path / "models"))


@pytest.fixture(scope="module")
def classifiers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """sentiment/tiny-reviews version 1."""
    root = tmp_path_factory.mktemp("classifiers")
    tiny.publish(root, tiny_sentiment.release())
    return root


@pytest.fixture(scope="module")
def translators(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """translation/en-fr version 1."""
    root = tmp_path_factory.mktemp("translators")
    tiny.publish(root, tiny_translation.release())
    return root


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    path = tmp_path / "prices.csv"
    rows = [f"{day}/1/2017,{value}" for day, value in enumerate(tiny.values(20), 2)]
    path.write_text("\n".join(["Date,Value", *rows]))
    return path


def run(models: Path, *arguments: str) -> int:
    return main(["--models", str(models), *arguments])


def failed(capsys: pytest.CaptureFixture[str], models: Path, *arguments: str) -> str:
    """The message of a command that must fail."""
    assert run(models, *arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("seqserve: ")
    assert "Traceback" not in captured.err
    return captured.err


def test_list_shows_every_version_and_its_labels(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.publish(models, tiny.release("other"), label="canary")
    assert run(models, "models", "default", "forecast/tiny") == 0
    assert capsys.readouterr().out == "tiny is now the default of forecast\n"
    assert run(models, "models", "list") == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[:3] for row in rows] == [
        ["forecast/other", "1", "canary"],
        ["forecast/tiny", "1", ""],
        ["forecast/tiny", "2", "stable,default"],
    ]
    today = datetime.now(UTC).date()
    assert {(date, scores) for *_, date, scores in rows} <= {
        (f"{today}", "mase 0.9"),
        (f"{today - timedelta(1)}", "mase 0.9"),
    }


def test_list_of_no_models_is_empty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "nowhere", "models", "list") == 0
    assert capsys.readouterr().out == ""


def test_show_prints_the_card_and_the_manifest(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(models, "models", "show", "forecast/tiny@1") == 0
    out = capsys.readouterr().out
    assert "A tiny model for tests." in out
    assert json.loads(out[out.index("{") :])["version"] == "1"


def test_show_without_a_version_shows_the_stable_one(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(models, "models", "show", "forecast/tiny") == 0
    assert '"version": "2"' in capsys.readouterr().out


def test_verify_names_the_bad_version_and_the_good_ones(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(models, "models", "verify") == 0
    assert capsys.readouterr().out == "ok\tforecast/tiny version 1\nok\tforecast/tiny version 2\n"
    (models / "forecast" / "tiny" / "1" / "model.onnx").write_bytes(b"")
    assert run(models, "models", "verify") == 1
    bad, good = capsys.readouterr().out.splitlines()
    assert bad.startswith("bad\tforecast/tiny version 1\t")
    assert "model.onnx" in bad
    assert good == "ok\tforecast/tiny version 2"
    assert run(models, "models", "verify", "forecast/tiny") == 0
    assert run(models, "models", "verify", "forecast/tiny@1") == 1


def test_verify_of_no_version_is_no_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no version to verify" in failed(capsys, tmp_path / "nowhere", "models", "verify")


def test_label_moves_a_label(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(models, "models", "label", "forecast/tiny", "stable", "1") == 0
    assert capsys.readouterr().out == "stable is now forecast/tiny version 1\n"
    assert run(models, "models", "label", "forecast/tiny", "canary", "stable") == 0
    assert Store(models).labels("forecast", "tiny") == {"stable": "1", "canary": "1"}


def test_label_gives_a_share_of_the_traffic(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(models, "models", "label", "forecast/tiny", "canary", "1", "--share", "0.125") == 0
    assert "with 12.5% of the traffic" in capsys.readouterr().out
    assert run(models, "models", "list") == 0
    assert "forecast/tiny\t1\tcanary 12.5%\t" in capsys.readouterr().out


def test_unlabel_removes_a_label_but_stable_of_the_default(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(models, "models", "label", "forecast/tiny", "canary", "1")
    capsys.readouterr()
    assert run(models, "models", "unlabel", "forecast/tiny", "canary") == 0
    assert capsys.readouterr().out == "canary of forecast/tiny is removed; it was version 1\n"
    assert "is the default of forecast" in failed(capsys, models, "models", "unlabel", "forecast/tiny", "stable")
    assert Store(models).labels("forecast", "tiny") == {"stable": "2"}


def test_label_refuses_a_version_that_fails_its_examples(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.publish(models, tiny.failing(tiny.release()), label=None)
    assert "example 1" in failed(capsys, models, "models", "label", "forecast/tiny", "stable", "3")
    assert Store(models).labels("forecast", "tiny") == {"stable": "2"}


def test_label_refuses_a_worse_version_unless_told(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.publish(models, tiny.release(worse_than=["last value"]), label=None)
    label = ("models", "label", "forecast/tiny", "stable", "3")
    assert "worse than last value" in failed(capsys, models, *label)
    assert run(models, *label, "--even-if-worse") == 0
    assert Store(models).labels("forecast", "tiny") == {"stable": "3"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["models", "show", "tiny"], "write task/name"),
        (["models", "show", "forecast/big"], "there are: tiny"),
        (["models", "show", "forecast/tiny@9"], "versions: 1, 2"),
        (["models", "show", "../../etc"], "no model"),
        (["models", "verify", "forecast/tiny@9"], "versions: 1, 2"),
        (["models", "label", "forecast/tiny", "stable", "9"], "versions: 1, 2"),
        (["models", "label", "forecast/tiny", "default", "1"], "models default"),
        (["models", "label", "forecast/tiny", "3", "1"], "is no label"),
        (["models", "default", "forecast/big"], "there are: tiny"),
    ],
)
def test_what_cannot_be_done_is_said_on_stderr(
    models: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert message in failed(capsys, models, *arguments)


def test_damaged_labels_are_said_on_stderr(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (models / "forecast" / "tiny" / "labels.json").write_text("{")
    assert "tiny/labels.json is not JSON" in failed(capsys, models, "models", "list")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["models"],
        ["predict"],
        ["models", "fly"],
        ["predict", "forecast"],
        ["predict", "sentiment"],
        ["predict", "sentiment", "great", "--file", "reviews.txt"],
        ["predict", "translation"],
        ["predict", "translation", "milk", "--alternatives", "two"],
    ],
)
def test_a_command_that_is_none_shows_the_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: python -m seqserve" in capsys.readouterr().err


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


def sentiment(capsys: pytest.CaptureFixture[str], models: Path, *arguments: str, status: int = 0) -> tuple[Any, str]:
    """The results, and what was said on stderr."""
    assert run(models, "predict", "sentiment", *arguments) == status
    captured = capsys.readouterr()
    answer = json.loads(captured.out)
    assert (answer["model"], answer["version"]) == ("tiny-reviews", "1")
    return answer["results"], captured.err


def test_texts_are_labelled_as_the_service_does(classifiers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found, said = sentiment(capsys, classifiers, "A great film!", "Dull and far too long.")
    assert said == ""
    assert len(found) == 2
    for result in found:
        assert result.keys() == {"label", "score", "scores", "warnings"}
        assert result["scores"].keys() == {"negative", "positive"}
        assert result["score"] == result["scores"][result["label"]] == max(result["scores"].values())
    (explained,), _ = sentiment(capsys, classifiers, "--explain", "A great film!")
    assert explained["scores"] == pytest.approx(found[0]["scores"])
    assert [part["text"] for part in explained["explanation"]] == ["A", "great", "film", "!"]


@pytest.mark.parametrize("model", ["tiny-reviews", "tiny-reviews@1", "tiny-reviews@stable", "sentiment/tiny-reviews"])
def test_sentiment_takes_a_model_by_name(classifiers: Path, capsys: pytest.CaptureFixture[str], model: str) -> None:
    sentiment(capsys, classifiers, "--model", model, "great")


def test_one_bad_text_is_said_on_stderr_and_stops_no_other(
    classifiers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found, said = sentiment(capsys, classifiers, "great", "<br>", "film", status=1)
    assert said.startswith("seqserve: text 2: nothing is left of the text")
    assert said.count("\n") == 1
    assert ["label" in result for result in found] == [True, False, True]
    assert found[1]["error"].keys() == {"code", "message", "field"}
    assert found[1]["error"]["code"] == "empty"


def test_texts_of_a_file_are_labelled_line_by_line(
    classifiers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given, _ = sentiment(capsys, classifiers, "great film", "dull, and \u201clong\u201d")
    path = tmp_path / "reviews.txt"
    path.write_bytes("\ufeffgreat film\r\ndull, and \u201clong\u201d\n".encode())
    assert sentiment(capsys, classifiers, "--file", str(path)) == (given, "")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"great film\n\n" + "dull, and “long”".encode())))
    found, said = sentiment(capsys, classifiers, "--file", "-", status=1)
    assert [found[0], found[2]] == given
    assert said == "seqserve: standard input, line 2: the text is empty; send some words\n"


@pytest.mark.parametrize(("name", "delimiter"), [("reviews.csv", ","), ("reviews.TSV", "\t")])
def test_texts_of_a_column_are_labelled(
    classifiers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, delimiter: str
) -> None:
    given, _ = sentiment(capsys, classifiers, "great\nfilm", "dull, and long")
    path = tmp_path / name
    rows = ["Stars,Text", '5,"great\nfilm"', "3,", '1,"dull, and long"']
    path.write_text("\n".join(row.replace(",", delimiter, 1) for row in rows))
    found, said = sentiment(capsys, classifiers, "--file", str(path), status=1)
    assert [row.pop("row")["Stars"] for row in found] == ["5", "3", "1"]
    assert [found[0], found[2]] == given
    assert said == f"seqserve: {name}, row 4: the text is empty; send some words\n"
    assert len(sentiment(capsys, classifiers, "--file", str(path), "--column", "stars")[0]) == 3


def test_texts_of_objects_are_labelled(classifiers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given, _ = sentiment(capsys, classifiers, "great film", "dull")
    path = tmp_path / "reviews.JSONL"
    path.write_text('{"text": "great film"}\n{"stars": 3}\n{"text": "dull"}\n')
    found, said = sentiment(capsys, classifiers, "--file", str(path), status=1)
    assert [row.pop("row") for row in found] == [{"text": "great film"}, {"stars": 3}, {"text": "dull"}]
    assert [found[0], found[2]] == given
    assert said == "seqserve: reviews.JSONL, line 2: the text is empty; send some words\n"


def test_answers_line_up_with_the_rows_of_one_column(
    classifiers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text('text\ngreat\n\n""\ndull\n\n\n')
    found, _ = sentiment(capsys, classifiers, "--file", str(path), status=1)
    assert ["label" in result for result in found] == [True, False, False, True]
    assert found[1]["error"]["code"] == "empty"


@pytest.mark.parametrize(
    ("content", "arguments", "message"),
    [
        (b"text\ngood, bad\n", [], "row 2 has 2 cells, the header has 1; put quotes around a text"),
        (b"text\ngood\n", ["--column", "review"], "no column 'review'; the columns are text"),
        (b"text\ngood\n", ["--model", "big"], "there are: tiny-reviews"),
        (b"text\ngood\n", ["--model", "tiny-reviews@9"], "versions: 1"),
        (b"", [], "reviews.csv is empty"),
    ],
)
def test_what_cannot_be_labelled_is_said_on_stderr(
    classifiers: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    arguments: list[str],
    message: str,
) -> None:
    path = tmp_path / "reviews.csv"
    path.write_bytes(content)
    assert message in failed(capsys, classifiers, "predict", "sentiment", "--file", str(path), *arguments)


@pytest.mark.parametrize(("content", "message"), [(b"", "is empty"), (b"gr\xfc\xdfe", "is not UTF-8")])
def test_lines_that_are_no_texts_are_said_on_stderr(
    classifiers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, message: str
) -> None:
    path = tmp_path / "reviews.txt"
    path.write_bytes(content)
    assert f"reviews.txt {message}" in failed(capsys, classifiers, "predict", "sentiment", "--file", str(path))
    path.unlink()
    assert "reviews.txt" in failed(capsys, classifiers, "predict", "sentiment", "--file", str(path))


def test_a_tree_without_a_classifier_says_so(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no model for sentiment" in failed(capsys, models, "predict", "sentiment", "great")


def translated(capsys: pytest.CaptureFixture[str], models: Path, *arguments: str, status: int = 0) -> tuple[Any, str]:
    """The translations, and what was said on stderr."""
    assert run(models, "predict", "translation", *arguments) == status
    captured = capsys.readouterr()
    answer = json.loads(captured.out)
    assert (answer["model"], answer["version"]) == ("en-fr", "1")
    return answer["translations"], captured.err


def test_texts_are_translated_as_the_service_does(translators: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found, said = translated(capsys, translators, "I like milk.", "Why?\n\n20")
    assert said == ""
    for translation in found:
        assert translation.keys() == {"text", "score", "alternatives", "warnings"}
        assert translation["score"] < 0
        assert translation["alternatives"] == []
    assert found[1]["text"].endswith("\n\n20")
    (other,), _ = translated(capsys, translators, "--model", "en-fr@1", "I like milk.", "--alternatives", "2")
    assert other["text"] == found[0]["text"]
    assert len(other["alternatives"]) == 2
    assert translated(capsys, translators, "--beam", "1", "I like milk.")[0][0]["text"]


def test_texts_of_a_file_are_translated_line_by_line(
    translators: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given, _ = translated(capsys, translators, "I like milk.", "Why?")
    path = tmp_path / "texts.txt"
    path.write_text("I like milk.\n\nWhy?\n")
    found, said = translated(capsys, translators, "--file", str(path), status=1)
    assert [found[0], found[2]] == given
    assert found[1]["error"]["code"] == "empty"
    assert said == "seqserve: texts.txt, line 2: the text is empty; send some words\n"


def test_a_beam_that_the_model_does_not_take_is_said(translators: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (found,), said = translated(capsys, translators, "--beam", "99", "I like milk.", status=1)
    assert found["error"]["code"] == "bad_beam"
    assert said == "seqserve: text 1: beam 99 is outside what this model takes: 1 to 10\n"


def test_it_runs_as_a_module_on_the_tree_of_the_environment(models: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "seqserve", "models"]
    options: dict[str, Any] = {"capture_output": True, "text": True, "cwd": Path(__file__).parents[2]}
    options["env"] = {"SEQSERVE_MODELS": str(models)}
    listed = subprocess.run([*command, "list"], **options)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "forecast/tiny\t2\tstable,default" in listed.stdout
    wrong = subprocess.run([*command, "show", "forecast/big"], **options)
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert "there are: tiny" in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--help"], ["models", "predict", "(default: "]),
        (["predict", "--help"], ["forecast", "sentiment", "translation"]),
        (["predict", "forecast", "--help"], ["--csv FILE", "--horizon N", "default: the model's own"]),
        (["predict", "translation", "--help"], ["--alternatives N", "default: 0", "--column NAME"]),
        (["models", "label", "--help"], ["--share X", "default: 0.0"]),
    ],
)
def test_help_shows_arguments_with_their_defaults(
    arguments: list[str], shown: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(arguments)
    out = " ".join(capsys.readouterr().out.split())
    assert [part for part in shown if part not in out] == []


def test_help_imports_no_slow_library() -> None:
    code = """
import contextlib, sys
from seqserve.__main__ import main
with contextlib.suppress(SystemExit):
    main(["predict", "--help"])
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"pandas", "tensorflow", "keras", "bentoml"}))
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == ""
