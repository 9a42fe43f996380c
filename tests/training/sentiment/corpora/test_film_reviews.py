"""The data sets of sentences of film reviews: packed as they are published, and in loose copies."""

from __future__ import annotations

import hashlib
import io
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from training.core.download import DataError, Member, PublicFile
from training.sentiment.corpora import film_reviews
from training.sentiment.data import datasets

POSITIVE = ["the château is a gem \u2014 warm , and never dull . ", "sweet home \u2026 is what it is . "]
NEGATIVE = ["the action clichés just pile up . "]
TRAIN = [
    ("hide new secretions", "0"),
    ('a "résumé" ( of sorts )', "1"),
    ("Lovely  and poignant .", "1"),
    ("in world cinema", "1"),
]
DEV = [("lovely and poignant .", "1"), ("( a ) shapeless and/or dull blob", "0")]


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of one's own and an empty cache, and nothing to fetch from."""
    monkeypatch.setenv("SEQSERVE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SEQSERVE_DATA", str(tmp_path / "own"))
    for members in (film_reviews._SNIPPETS, film_reviews._SST2):
        publish(members, "http://127.0.0.1:1/a", b"", monkeypatch)
    return tmp_path


def publish(members: dict[str, Member], url: str, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the archive of these have another address and content."""
    for key, member in members.items():
        archive = replace(member.archive, url=url, sha256=hashlib.sha256(content).hexdigest())
        monkeypatch.setitem(members, key, replace(member, archive=archive))


def polarity() -> bytes:
    """Snippets as Pang and Lee packed them: Windows-1252 and lines that end as in DOS."""
    files = {
        "rt-polaritydata.README.1.0.txt": "=======\n",
        "rt-polaritydata/rt-polarity.neg": "".join(f"{line}\r\n" for line in NEGATIVE),
        "rt-polaritydata/rt-polarity.pos": "".join(f"{line}\r\n" for line in POSITIVE),
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode("cp1252"))
            archive.addfile(info, io.BytesIO(text.encode("cp1252")))
    return packed.getvalue()


def glue() -> bytes:
    """SST-2 as GLUE packs it: the label last, a blank after the sentence."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("SST-2/original/README.txt", "Stanford Sentiment Treebank V1.0\n")
        archive.writestr("SST-2/test.tsv", "index\tsentence\n0\tuneasy mishmash of styles .\n")
        for part, rows in (("train", TRAIN), ("dev", DEV)):
            lines = [f"{text} \t{label}\n" for text, label in rows]
            archive.writestr(f"SST-2/{part}.tsv", "".join(["sentence\tlabel\n", *lines]))
    return packed.getvalue()


@pytest.fixture(params=["fetched", "one's own", "loose"])
def sentences(request: pytest.FixtureRequest, offline: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The data sets of sentences, in each of the ways in which one can have them."""
    own = offline / "own" / "sentiment"
    if request.param == "loose":
        (own / "rt_polarity").mkdir(parents=True)
        (own / "sst2").mkdir()
        for end, lines in (("pos", POSITIVE), ("neg", NEGATIVE)):
            (own / "rt_polarity" / f"rt-polarity.{end}").write_bytes("".join(f"{line}\n" for line in lines).encode())
        for part, rows in (("train", TRAIN), ("dev", DEV)):
            escaped = [(text.replace("(", "-lrb-").replace(")", "-rrb-").replace("/", "\\/"), to) for text, to in rows]
            table = "".join(f"{label}\t{text}\r\n" for text, label in [("content", "label"), *escaped])
            (own / "sst2" / f"{part}.tsv").write_bytes(table.encode())
        return
    folder = own if request.param == "one's own" else offline / "public"
    folder.mkdir(parents=True)
    for members, pack in ((film_reviews._SNIPPETS, polarity), (film_reviews._SST2, glue)):
        path = folder / Path(next(iter(members.values())).archive.path).name
        path.write_bytes(pack())
        if request.param == "fetched":
            publish(members, path.as_uri(), path.read_bytes(), monkeypatch)


@pytest.mark.usefixtures("sentences")
def test_snippets_are_read_from_wherever_they_are() -> None:
    labelled, source = film_reviews.snippets()
    assert labelled.texts == [line.strip() for line in POSITIVE + NEGATIVE]
    assert labelled.labels == ["positive", "positive", "negative"]
    assert source.sha256 == labelled.fingerprint()


@pytest.mark.usefixtures("sentences")
def test_sst2_is_read_from_wherever_it_is_and_has_no_sentence_of_its_dev_part() -> None:
    labelled, _ = film_reviews.sst2()
    assert labelled.texts == ["hide new secretions", 'a "résumé" ( of sorts )', "in world cinema"]
    assert labelled.labels == ["negative", "positive", "positive"]
    assert labelled.report == ["1 texts of the dev part dropped"]


@pytest.mark.usefixtures("sentences")
def test_sst2_s_dev_part_is_read_from_wherever_it_is() -> None:
    labelled, _ = film_reviews.sst2_dev()
    assert list(zip(labelled.texts, labelled.labels, strict=True)) == [
        ("lovely and poignant .", "positive"),
        ("( a ) shapeless and/or dull blob", "negative"),
    ]


@pytest.mark.usefixtures("sentences")
def test_clauses_are_the_texts_of_sst2_that_are_long_enough_for_a_sentiment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film_reviews, "_CLAUSE", 3)
    assert film_reviews.sst2_clauses()[0].texts == ["hide new secretions", 'a "résumé" ( of sorts )', "in world cinema"]
    monkeypatch.setattr(film_reviews, "_CLAUSE", 5)
    labelled, where = film_reviews.sst2_clauses()
    assert (labelled.texts, labelled.labels) == (['a "résumé" ( of sorts )'], ["positive"])
    assert where.sha256 == labelled.fingerprint()


@pytest.mark.parametrize(("name", "archive"), [("snippets", "rt-polaritydata.tar.gz"), ("sst2", "SST-2.zip")])
def test_without_a_connection_the_error_says_what_to_do(offline: Path, name: str, archive: str) -> None:
    with pytest.raises(DataError, match=rf"get {archive} \(.+\), put it at sentiment/{archive} below a folder"):
        datasets.named(name)


def test_a_copy_with_other_columns_says_which_it_should_have(offline: Path) -> None:
    (offline / "own" / "sentiment" / "sst2").mkdir(parents=True)
    (offline / "own" / "sentiment" / "sst2" / "dev.tsv").write_text("lovely and poignant .\t1\n")
    with pytest.raises(DataError, match=r"dev\.tsv has the columns lovely and poignant \., 1; it should have sentence"):
        film_reviews.sst2_dev()


@pytest.mark.parametrize(
    "archive", [film_reviews._IMDB, film_reviews._POLARITY, film_reviews._GLUE], ids=lambda archive: archive.path
)
def test_every_archive_has_a_pinned_address(archive: PublicFile) -> None:
    assert (archive.url or "").startswith("https://")
    assert len(archive.sha256 or "") == 64
