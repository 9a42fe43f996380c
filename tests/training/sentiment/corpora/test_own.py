"""One's own labels, as people write them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.core.download import DataError
from training.sentiment.config import DataSection
from training.sentiment.corpora import own
from training.sentiment.corpora.labelled import Labelled
from training.sentiment.data import splits


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = [(f"text {number}", "billing" if number % 2 else "login") for number in range(20)]
    rows += [("odd", "legal"), ("odder", "press"), ("oddest", "press"), ("loud", "Billing"), ("wide", "log  in")]
    path = tmp_path / "tickets.csv"
    path.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))
    return path


def test_labels_that_differ_in_case_or_blanks_are_pointed_at(file: Path) -> None:
    labelled, _ = own.own(file, "text", "label")
    (line,) = [line for line in labelled.report if "differ" in line]
    assert line.endswith("'Billing' (1), 'billing' (10)")


@pytest.mark.parametrize(
    ("rare", "labels", "said"),
    [
        ("keep", {"billing", "login", "legal", "press", "Billing", "log  in"}, "learned from, but not measured"),
        ("merge", {"billing", "login", "other"}, "merged into 'other'"),
        ("drop", {"billing", "login"}, "left out"),
    ],
)
def test_rare_labels_end_no_job(file: Path, rare: own.Rare, labels: set[str], said: str) -> None:
    labelled, _ = own.own(file, "text", "label", rare)
    assert set(labelled.labels) == labels
    assert f"{said} (--rare): 'Billing' (1), 'legal' (1), 'log  in' (1), 'press' (2)" in labelled.report[-1]
    names = sorted(labels)
    train, validation, test = splits.split(labelled, names, DataSection(), seed=0)
    assert set(train.classes) == set(range(len(names)))
    measured = {names[number] for number in np.concatenate([validation.classes, test.classes])}
    assert measured == labels - {"Billing", "legal", "log  in", "press"}
    assert len(train.texts) + len(validation.texts) + len(test.texts) == len(labelled.texts)


def test_labels_that_are_all_frequent_are_left_as_they_are() -> None:
    labelled = Labelled(list("abcdef"), ["x", "y"] * 3)
    assert own.without_rare(labelled, "drop") is labelled


def test_nothing_but_rare_labels_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("text,label\na,x\nb,y\n")
    with pytest.raises(DataError, match="has 0 labels in column 'label'; two at least are needed"):
        own.own(tmp_path / "own.csv", "text", "label", "drop")


def test_several_labels_stand_in_one_cell(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("text,label\na,x | y\nb,\nc,y|x|\nd,X\n")
    labelled, _ = own.own(tmp_path / "own.csv", "text", "label", separator="|")
    assert labelled.labels == ["x|y", "", "x|y", "X"]
    assert any("'X' (1), 'x' (2)" in line for line in labelled.report)
    assert [own.apart(kind, "|") for kind in labelled.labels] == [["x", "y"], [], ["x", "y"], ["X"]]
