"""`python -m seqserve predict translation`: texts in, translations out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from testing import tiny
from testing.command_line import run
from testing.tiny import translation as tiny_translation


@pytest.fixture(scope="module")
def translators(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """translation/en-fr version 1."""
    root = tmp_path_factory.mktemp("translators")
    tiny.publish(root, tiny_translation.release())
    return root


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
