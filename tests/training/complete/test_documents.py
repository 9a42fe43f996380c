from __future__ import annotations

from pathlib import Path

import pytest

from training.complete import documents
from training.core.download import DataError

LINES = [f"Sentence {chr(97 + number // 10)}{chr(97 + number % 10)} is here." for number in range(40)]


def test_lines_of_a_file_without_blank_lines_are_documents(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("\n".join(LINES))
    found = documents.of_files([path])
    assert found.texts == LINES
    assert found.report == ["notes.txt: 40 documents, each a line (--documents)"]


def test_paragraphs_of_a_file_with_blank_lines_are_documents(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("\n \n".join(f"{line}\nAnd more." for line in LINES))
    found = documents.of_files([path])
    assert found.texts == [f"{line} And more." for line in LINES]
    assert "each a paragraph, as it has blank lines" in found.report[0]
    assert len(documents.of_files([path], "line").texts) == 41  # `And more.` comes once


def test_documents_that_are_alike_come_once() -> None:
    found = documents.made([*LINES, "", LINES[0].upper(), LINES[1] + "!"], "notes")
    assert len(found.texts) == 40
    assert found.report == [
        "1 blank document dropped",
        "2 documents dropped: alike but for case, digits and punctuation",
    ]


def test_a_column_of_a_table(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("id,note\n" + "".join(f"{number},{line}\n" for number, line in enumerate(LINES)))
    assert documents.of_column(path, "note").texts == LINES
    with pytest.raises(DataError, match="text"):
        documents.of_column(path, "text")


def test_too_few_documents_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text("One.\nTwo.")
    with pytest.raises(DataError, match="2 different documents; 10 at least"):
        documents.of_files([path])
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(DataError, match="UTF-8"):
        documents.of_files([path])


def test_parts_share_no_document() -> None:
    parts = documents.split(LINES, 0.2, 0.1, 0)
    assert [len(part) for part in parts] == [28, 8, 4]
    assert sorted(text for part in parts for text in part) == sorted(LINES)
    assert parts != documents.split(LINES, 0.2, 0.1, 1)
