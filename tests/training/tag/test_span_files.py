from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from training.core.download import DataError
from training.tag.documents import Corpus, Document, Entity
from training.tag.files import label_studio, records
from training.tag.files.spans import Checker


def read(tmp_path: Path, *rows: Any, **options: Any) -> Corpus:
    path = tmp_path / "own.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return records.read(path, Checker(path.name, **options))


def exported(tmp_path: Path, *tasks: Any) -> Corpus:
    path = tmp_path / "export.json"
    path.write_text(json.dumps(tasks))
    return label_studio.read(path, Checker(path.name))


def span(start: int, end: int, label: str = "person", **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "label": label, **more}


def test_spans_are_read_in_reading_order_and_without_blanks(tmp_path: Path) -> None:
    corpus = read(tmp_path, {"text": "Ann met Bob .", "entities": [[7, 12, "person"], span(0, 3)], "document": 7})
    assert corpus.documents == [Document("Ann met Bob .", (Entity(0, 3, "person"), Entity(8, 11, "person")), "7")]
    assert corpus.report == ["own.jsonl: 1 span without the white space at its ends"]


def test_overlaps_are_refused_or_counted(tmp_path: Path) -> None:
    row = {
        "text": "New York Times",
        "entities": [span(0, 8, "place"), span(0, 14, "organisation"), span(0, 8, "place")],
    }
    with pytest.raises(DataError, match=r"line 1: .* overlap, .*--overlaps longest"):
        read(tmp_path, row)
    corpus = read(tmp_path, row, overlaps="longest")
    assert corpus.documents[0].entities == (Entity(0, 14, "organisation"),)
    assert corpus.report == ["own.jsonl: 2 spans left out, as it overlapped a longer one"]


def test_spans_that_cut_a_word_are_refused_widened_or_dropped(tmp_path: Path) -> None:
    row = {"text": "Annabel met Bob", "entities": [span(0, 3), span(12, 15)]}
    with pytest.raises(DataError, match="begins or ends within a word"):
        read(tmp_path, row)
    widened = read(tmp_path, row, misaligned="widen")
    assert widened.documents[0].entities == (Entity(0, 7, "person"), Entity(12, 15, "person"))
    assert widened.report == ["own.jsonl: 1 span widened to whole words"]
    assert read(tmp_path, row, misaligned="drop").documents[0].entities == (Entity(12, 15, "person"),)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"text": "Ann", "entities": [span(0, 4)]}, "from 0 to 4 in a text of 3"),
        ({"text": "Ann  b", "entities": [span(3, 5)]}, "is blank"),
        ({"text": "Ann", "entities": [{"start": 0, "end": "3", "label": "p"}]}, "whole numbers"),
        ({"text": "Ann", "entities": [[0, 3]]}, "needs start, end and label"),
        ({"text": "Ann"}, "must be a list"),
        ({"entities": []}, "no text"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, row: Any, message: str) -> None:
    with pytest.raises(DataError, match=f"line 2.*{message}"):
        read(tmp_path, {"text": "Ann", "entities": []}, row)


def result(start: int, end: int, text: str) -> dict[str, Any]:
    return {"type": "labels", "value": {"start": start, "end": end, "text": text, "labels": ["person"]}}


def test_an_export_of_label_studio(tmp_path: Path) -> None:
    done = {"id": 1, "data": {"text": "Ann met Bob"}, "annotations": [{"result": [result(8, 11, "Bob")]}]}
    skipped = {"id": 2, "data": {"text": "Eve"}, "annotations": [{"result": [], "was_cancelled": True}]}
    corpus = exported(tmp_path, done, skipped)
    assert corpus.documents == [Document("Ann met Bob", (Entity(8, 11, "person"),))]
    assert corpus.report == ["export.json: 1 task that nobody annotated left out"]


def test_places_in_utf16_units_are_known_by_the_texts_of_spans(tmp_path: Path) -> None:
    small = {"text": "😂 Ann", "label": [{"start": 3, "end": 6, "text": "Ann", "labels": ["person"]}]}
    corpus = exported(tmp_path, small)
    assert corpus.documents[0].entities == (Entity(2, 5, "person"),)
    assert corpus.report == ["export.json: places of 1 task count UTF-16 units, converted"]


def test_annotations_that_differ_or_lie_elsewhere_are_refused(tmp_path: Path) -> None:
    two = [{"result": [result(0, 3, "Ann")]}, {"result": []}]
    with pytest.raises(DataError, match="task 5: 2 annotations differ"):
        exported(tmp_path, {"id": 5, "data": {"text": "Ann"}, "annotations": two})
    with pytest.raises(DataError, match="not what stands at its place"):
        exported(tmp_path, {"data": {"text": "Ann met Bob"}, "annotations": [{"result": [result(0, 3, "Bob")]}]})
