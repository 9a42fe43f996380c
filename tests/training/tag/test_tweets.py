"""The loaders of the public sets, on small files of the same layout."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.tag.corpora import tweets
from training.tag.documents import Corpus

BROAD = """@\tB-PER
ann_l\tB-PER
is\tO
in\tO
#Rome\tB-LOC
.\tO

Off\tO
to\tO
@\tB-LOC
Oslo\tB-LOC
with\tO
@joe\tB-PER
"""
EMERGING = """Bob\tB-person
of\tO
Acme\tB-corporation
likes\tO
The\tB-creative-work
Wire\tI-creative-work

U2\tB-group
at\tO
@Rome\tB-location
"""


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("btc", "wnut17"):
        (tmp_path / "tag" / folder).mkdir(parents=True)
    for section in "abefgh":
        (tmp_path / "tag" / "btc" / f"{section}.conll").write_text(BROAD if section == "a" else "Hi\tO\n")
    for name in ("wnut17train", "emerging.dev"):
        (tmp_path / "tag" / "wnut17" / f"{name}.conll").write_text(EMERGING)
    monkeypatch.setenv("SEQSERVE_DATA", str(tmp_path))


def found(corpus: Corpus) -> list[list[tuple[str, str]]]:
    return [[(one.text[each.start : each.end], each.label) for each in one.entities] for one in corpus.documents]


def test_names_behind_an_at_are_no_entities_and_the_signs_stay_outside() -> None:
    corpus = tweets.broad()
    assert corpus.documents[0].text == "@ann_l is in #Rome."
    assert found(corpus)[:2] == [[("Rome", "place")], [("Oslo", "place")]]
    assert corpus.report == [
        "Broad Twitter Corpus: 1 @names are no entities here",
        "Broad Twitter Corpus: 1 tag kept without a # or @ before it",
        "Broad Twitter Corpus: 2 tags left out: @names",
    ]


def test_labels_of_the_second_set_become_those_of_the_first() -> None:
    corpus = tweets.emerging()
    assert found(corpus) == [[("Bob", "person"), ("Acme", "organisation")], [("U2", "organisation")]]
    assert "1 tag left out: products and creative works" in corpus.report[-1]
    assert ("The Wire", "creative work") in found(tweets.emerging(every=True))[0]
    assert found(tweets.emerging_dev()) == found(corpus)
