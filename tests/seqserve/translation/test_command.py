from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from seqserve.errors import InputError, SeqserveError
from seqserve.translation.command import TranslationCommand
from seqserve.translation.predictor import Translation, Translator
from testing.tiny import translation as tiny_translation


def test_each_text_is_translated_or_has_its_error() -> None:
    parser, command = argparse.ArgumentParser(), TranslationCommand()
    command.add_arguments(parser)
    options = parser.parse_args(["I like milk.", "", "--alternatives", "2"])
    (first, answer), (second, error) = command.answer(tiny_translation.translator(), options)
    assert (first, second) == ("text 1", "text 2")
    assert isinstance(answer, Translation)
    assert isinstance(error, InputError)


def test_what_the_model_does_not_take_is_an_error_of_each_text() -> None:
    parser, command = argparse.ArgumentParser(), TranslationCommand()
    command.add_arguments(parser)
    ((_, error),) = command.answer(tiny_translation.translator(), parser.parse_args(["I like milk.", "--beam", "99"]))
    assert isinstance(error, InputError)
    assert error.code == "bad_beam"


def run(arguments: list[str], model: Translator | None = None) -> list[tuple[str, object]]:
    parser, command = argparse.ArgumentParser(), TranslationCommand()
    command.add_arguments(parser)
    options = parser.parse_args(arguments)
    assert not command.is_printed(options)
    return list(command.answer(model or tiny_translation.translator(), options))


def test_a_document_is_translated_beside_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, target = tmp_path / "words.json", tmp_path / "words.fr.json"
    source.write_text('{"one": "I like milk.", "two": "I like milk.", "three": "Why?"}')
    network = tiny_translation.Echo()
    assert run(["--file", str(source)], tiny_translation.translator(network)) == []
    assert target.read_bytes() == source.read_bytes()
    assert [len(rows) for rows, _ in network.searched] == [2]  # equal texts once
    said = capsys.readouterr().err
    assert "2 texts in" in said
    assert f"seqserve: wrote {target}" in said
    with pytest.raises(ValueError, match="is there already; name another file with --output"):
        run(["--file", str(source)])
    assert run(["--file", str(source), "--output", str(target)]) == []


def test_a_text_that_is_refused_stays_and_is_named(tmp_path: Path) -> None:
    source, target = tmp_path / "lines.txt", tmp_path / "out.txt"
    source.write_text(f"I like milk.\n{'a' * 20}\n")
    model = tiny_translation.translator(max_characters=15)
    ((place, error),) = run(["--file", str(source), "--output", str(target)], model)
    assert place == "line 2"
    assert isinstance(error, InputError)
    assert target.read_text() == source.read_text()


def test_warnings_of_a_document_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "lines.txt"
    source.write_text("\n".join(f"I like milk {number}." for number in range(12)))
    run(["--file", str(source), "--output", str(tmp_path / "o.txt")], tiny_translation.translator(least_score=-0.01))
    said = capsys.readouterr().err
    assert "lines.txt, line 1: the sentence is unlike" in said
    assert "2 texts more with warnings" in said


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["I like milk.", "--output", "o.txt"], "name it with --file"),
        (["--file", "a.md", "--alternatives", "2"], "a document has one translation"),
        (["--file", "a.md", "--output", "o.txt"], "the translation of a .md is a .md"),
        (["--file", "a.csv", "--output", "o.csv"], "no document of a known format"),
    ],
)
def test_what_cannot_be_a_document_is_refused(arguments: list[str], expected: str) -> None:
    with pytest.raises((ValueError, SeqserveError), match=expected):
        run(arguments)
