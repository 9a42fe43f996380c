from __future__ import annotations

from pathlib import Path

import pytest

from training.core.download import DataError
from training.tag.documents import Document, Entity
from training.tag.files import conll

BIO = "Ann\tB-person\nLee\tI-person\nmet\tO\nBob\tB-person\n.\tO\n"
IOB1 = "Ann\tI-person\nLee\tI-person\nmet\tO\nBob\tI-person\n.\tO\n"
BIOES = "Ann\tB-person\nLee\tE-person\nmet\tO\nBob\tS-person\n.\tO\n"
READ = Document("Ann Lee met Bob.", (Entity(0, 7, "person"), Entity(12, 15, "person")))


@pytest.mark.parametrize(("content", "scheme"), [(BIO, "BIO"), (IOB1, "IOB1"), (BIOES, "BIOES")])
def test_schemes_are_recognised_and_said(content: str, scheme: str) -> None:
    corpus = conll.parsed(content, "a.conll")
    assert corpus.documents == [READ]
    assert corpus.report == [f"a.conll: read as {scheme}"]


def test_entities_that_touch_are_two() -> None:
    touching = "Paris\tI-place\nRome\tB-place\n\nRome\tI-place\n"
    corpus = conll.parsed(touching, "a.conll")
    assert corpus.report == ["a.conll: read as IOB1"]
    assert corpus.documents[0].entities == (Entity(0, 5, "place"), Entity(6, 10, "place"))


def test_tags_that_speak_for_two_schemes_are_refused_until_one_is_named() -> None:
    mixed = BIO + "\n" + IOB1
    with pytest.raises(DataError, match="say --scheme iob1 or bio"):
        conll.parsed(mixed, "a.conll")
    assert conll.parsed(mixed, "a.conll", "bio").documents == [READ, READ]


def test_a_few_slips_in_a_bio_file_are_read_and_counted() -> None:
    corpus = conll.parsed(f"{BIO}\n" * 60 + "Eve\tI-person\n", "a.conll")
    assert corpus.report == ["a.conll: read as BIO", "a.conll: 1 entity of 121 began with I, read as B"]


def test_more_columns_documents_and_a_label_of_another_kind() -> None:
    content = "-DOCSTART- -X- O\n\nRome NNP B-loc\n. . O\n\nHi UH O\n\n-DOCSTART- -X- O\n\nOslo NNP B-loc\n"
    found = conll.parsed(content, "a.conll").documents
    assert [document.text for document in found] == ["Rome.", "Hi", "Oslo"]
    assert found[0].group == found[1].group != found[2].group


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Ann\tperson\n", "line 1: 'person' is no tag"),
        ("Ann\tB-person\nLee\n", "line 2: 1 columns, 2"),
        ("Ann\tO\n", "every word is O"),
        ("\n", "has no sentence"),
    ],
)
def test_what_is_no_conll_file_is_refused(content: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        conll.parsed(content, "a.conll")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        conll.read(tmp_path / "none.conll")
