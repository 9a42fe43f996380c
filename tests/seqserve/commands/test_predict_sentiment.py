"""`python -m seqserve predict sentiment`: texts in, labels out."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from testing import tiny
from testing.command_line import failed, run
from testing.tiny import sentiment as tiny_sentiment


@pytest.fixture(scope="module")
def classifiers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """sentiment/tiny-reviews version 1."""
    root = tmp_path_factory.mktemp("classifiers")
    tiny.publish(root, tiny_sentiment.release())
    return root


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
