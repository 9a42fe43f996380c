"""Words with an opinion, and without."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from training.core.download import DataError
from training.sentiment.corpora import opinion_words


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEQSERVE_DATA", str(tmp_path))
    folder = tmp_path / "sentiment"
    for name in ("product-reviews", "lexicons", "goemotions"):
        (folder / name).mkdir(parents=True)
    with zipfile.ZipFile(folder / "product-reviews" / "opinion_lexicon.zip", "w") as archive:
        archive.writestr("opinion_lexicon/positive-words.txt", "; a comment\n\nabound\nsick\n")
        archive.writestr("opinion_lexicon/negative-words.txt", ";\nawful\n")
    valences = "yucky\t-1.8\t1\nsick\t-2.3\t1\nlol\t2.9\t1\n:)\t2.0\t1\nnumb\t-0.3\t1\nno fun\t-1.8\t1\n"
    (folder / "lexicons" / "vader_lexicon.txt").write_text(valences)
    comments = "".join(f"The table number {number}, no fun\t27\tid{number}\n" for number in range(6))
    for part in ("train", "dev"):
        (folder / "goemotions" / f"{part}.tsv").write_text(comments if part == "train" else "Rare word\t27\tx\n")
    return folder


@pytest.mark.usefixtures("own")
def test_words_have_the_label_of_their_lexicon_and_frequent_others_are_neutral() -> None:
    labelled, where = opinion_words.opinion_words()
    found = dict(zip(labelled.texts, labelled.labels, strict=True))
    assert {word for word, label in found.items() if label == "positive"} == {"abound", "lol"}
    assert {word for word, label in found.items() if label == "negative"} == {"awful", "yucky", "no fun"}
    assert {word for word, label in found.items() if label == "neutral"} == {"the", "table", "number"}
    assert "MIT" in where.licence


def test_an_archive_that_is_none_is_an_error(own: Path) -> None:
    (own / "product-reviews" / "opinion_lexicon.zip").write_bytes(b"no archive")
    with pytest.raises(DataError, match="is no archive of two word lists"):
        opinion_words.opinion_words()
