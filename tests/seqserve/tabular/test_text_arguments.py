from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from seqserve.tabular import text_arguments


def read(*arguments: str) -> dict[str, str]:
    parser = argparse.ArgumentParser()
    text_arguments.add(parser)
    return text_arguments.read(parser.parse_args(arguments))


def test_texts_are_numbered() -> None:
    assert read("One.", "Two.") == {"text 1": "One.", "text 2": "Two."}


def test_a_file_has_a_text_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfOne.\r\nTwo.\n")
    assert read("--file", str(path)) == {"a.txt, line 1": "One.", "a.txt, line 2": "Two."}


def test_a_table_has_a_text_a_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,body\n1,One.\n")
    assert read("--file", str(path), "--column", "body") == {"a.csv, row 2": "One."}


@pytest.mark.parametrize(("content", "message"), [(b"", "a.txt is empty"), (b"\xff", "a.txt is not UTF-8")])
def test_a_file_without_texts_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        read("--file", str(path))
