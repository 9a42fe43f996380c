"""Sentences of product reviews, and pros and cons."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from training.core.download import DataError
from training.sentiment.corpora import product_reviews

REVIEW = """* Annotated by: somebody [+2]
[t]good phone , so-so service .
sprint[-2]##i knew i 'd leave .
size[+1][u], ear[-2]##small , but it hurts .
##it is a phone .
phone[+3], work[+2]##it works at &#38; sounds great .
"""


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEQSERVE_DATA", str(tmp_path))
    folder = tmp_path / "sentiment" / "product-reviews"
    folder.mkdir(parents=True)
    pack(folder / "product_reviews_1.zip", {"product_reviews_1/phone.txt": REVIEW, "README.txt": "ear[+1]##not this"})
    pack(folder / "product_reviews_2.zip", {"product_reviews_2/ipod.txt": "ipod[+2] ##I like it.\n"})
    lists = {"Pros": ["Small", "Great &amp;amp; light", "Price"], "Cons": ["Slow menus", "price", ""]}
    files = {
        f"pros_cons/Integrated{kind}.txt": "".join(f"  <{kind}>{text}</{kind}>\n" for text in texts)
        for kind, texts in lists.items()
    }
    pack(folder / "pros_cons.zip", files)
    return folder


def pack(path: Path, files: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


def test_a_sentence_whose_opinions_are_all_alike_has_their_label() -> None:
    labelled, where = product_reviews.sentences()
    assert labelled.texts == ["i knew i'd leave .", "it works at & sounds great .", "I like it."]
    assert labelled.labels == ["negative", "positive", "positive"]
    assert labelled.unlabelled == ["good phone , so-so service .", "small , but it hurts .", "it is a phone ."]
    assert "Bing Liu" in where.licence


def test_pros_are_positive_cons_negative_and_what_is_both_is_neither() -> None:
    labelled, _ = product_reviews.pros_cons()
    assert dict(zip(labelled.texts, labelled.labels, strict=True)) == {
        "Small": "positive",
        "Great & light": "positive",
        "Slow menus": "negative",
    }


def test_a_damaged_archive_says_what_to_do(own: Path) -> None:
    (own / "pros_cons.zip").write_bytes(b"<html>")
    with pytest.raises(DataError, match=r"pros_cons\.zip is no archive; get pros_cons\.zip"):
        product_reviews.pros_cons()


def test_every_archive_has_a_pinned_address() -> None:
    for archive in [*product_reviews._SENTENCES, product_reviews._LISTS]:
        assert (archive.url or "").startswith("https://")
        assert len(archive.sha256 or "") == 64
