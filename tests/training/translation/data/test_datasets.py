"""Sentence pairs: from public archives, from one's own files, and in parts that share no sentence."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from training.core.download import DataError
from training.translation.corpus.cleaning import Rules
from training.translation.data import datasets

ENGLISH = ["Go.", "Go!", "I won.", "Is it him?", "I like milk.", "He works at night."]
OTHER = {
    "fr": ["Va !", "Bouge\u202f!", "J’ai gagné.", "Est-ce lui?", "J'aime le lait.", "Il travaille de nuit."],
    "de": ["Geh.", "Los!", "Ich hab’ gewonnen.", "Ist er’s?", "Ich mag Milch.", "Er arbeitet nachts."],
    "es": ["Ve.", "¡Vaya!", "Gané.", "¿Es él?", "Me gusta la leche.", "Trabaja de noche."],
}
NEAT = ["Va !", "Bouge !", "J'ai gagné.", "Est-ce lui ?", "J'aime le lait.", "Il travaille de nuit."]
CODES = {"fr": "fra", "de": "deu", "es": "spa"}
CAPTIONS = {
    "de": ["Zwei Männer stehen am Herd.", "Ein Kind klettert.", "@@"],
    "en": ["Two men are at the stove.", "A child is climbing.", "A race."],
    "fr": ["Deux hommes sont aux fourneaux.", "Un enfant grimpe.", "Une course."],
}


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of one's own, an empty cache, and nothing to fetch from."""
    monkeypatch.setenv("SEQSERVE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SEQSERVE_DATA", str(tmp_path / "own"))
    for language, file in datasets._TATOEBA.items():
        if file.archive.url:
            publish(language, "http://127.0.0.1:1/a.zip", b"", monkeypatch)
    for key_, caption in datasets._MULTI30K.items():
        monkeypatch.setitem(datasets._MULTI30K, key_, replace(caption, url="http://127.0.0.1:1/a.gz"))
    (tmp_path / "own" / "translation" / "tatoeba").mkdir(parents=True)
    (tmp_path / "own" / "translation" / "multi30k").mkdir()
    return tmp_path / "own" / "translation"


def publish(language: str, url: str, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a Tatoeba archive have another address, and this content pinned."""
    file = datasets._TATOEBA[language]
    archive = replace(file.archive, url=url, sha1=hashlib.sha1(content).hexdigest())
    monkeypatch.setitem(datasets._TATOEBA, language, replace(file, archive=archive))


def archive(language: str, folder: str = "", columns: int = 2) -> bytes:
    """Tatoeba as manythings.org packs it, or in a folder as Dive into Deep Learning does; in two columns or three."""
    rows = zip(ENGLISH, OTHER[language], strict=True)
    lines = ["\t".join([*row, "CC-BY 2.0 (France) Attribution: tatoeba.org #1 (CM)"][:columns]) for row in rows]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(f"{folder}{CODES[language]}.txt", "\n".join([*lines, ""]))
        file.writestr(f"__MACOSX/{folder}._{CODES[language]}.txt", b"\0")
        file.writestr(f"{folder}_about.txt", "** Info **\n")
    return packed.getvalue()


@pytest.mark.parametrize("columns", [2, 3])
@pytest.mark.parametrize("way", ["fetched", "one's own", "loose"])
def test_tatoeba_is_read_from_wherever_it_is(
    own: Path, monkeypatch: pytest.MonkeyPatch, way: str, columns: int
) -> None:
    content = archive("fr", "fra-eng/" if way == "fetched" else "", columns)
    if way == "fetched":
        (own / "public.zip").write_bytes(content)
        publish("fr", (own / "public.zip").as_uri(), content, monkeypatch)
    elif way == "one's own":
        (own / "tatoeba" / "fra-eng.zip").write_bytes(content)
    else:
        (own / "tatoeba" / "fra.txt").write_bytes(zipfile.ZipFile(io.BytesIO(content)).read("fra.txt"))
    found, source = datasets.tatoeba("en", "fr")
    assert (found.sources, found.targets) == (ENGLISH, NEAT)
    assert found.report == [
        "1 pairs had odd white space or characters, folded",
        "2 targets had other apostrophes or spaces at punctuation, made even",
    ]
    assert source.sha256 == found.fingerprint()
    assert "English to French (6 pairs)" in source.name
    assert "CC BY 2.0 FR" in source.licence
    assert "tatoeba.org" in source.licence


def test_what_is_read_stays_as_people_write_it(own: Path) -> None:
    (own / "tatoeba" / "fra-eng.zip").write_bytes(archive("fr"))
    found, _ = datasets.tatoeba("fr", "en")
    assert found.targets == ENGLISH
    assert found.sources == [text.replace("\u202f", " ") for text in OTHER["fr"]]


def test_another_file_than_the_pinned_one_is_refused(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own / "public.zip").write_bytes(archive("fr"))
    publish("fr", (own / "public.zip").as_uri(), b"pinned", monkeypatch)
    with pytest.raises(
        DataError, match=r"not the file that was pinned \(SHA-1 .+put it at translation/tatoeba/fra-eng"
    ):
        datasets.tatoeba("en", "fr")


def test_only_what_is_published_with_a_digest_is_fetched() -> None:
    french = datasets._TATOEBA["fr"].archive
    assert (french.url or "").startswith("https://")
    assert len(french.sha1 or "") == 40
    assert not datasets._TATOEBA["de"].archive.url
    for file in datasets._MULTI30K.values():
        assert (file.url or "").startswith("https://raw.githubusercontent.com/multi30k/dataset/a3d2e0d")
        assert len(file.sha256 or "") == 64
    assert len({file.sha256 for file in datasets._MULTI30K.values()}) == 9


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("tatoeba-en-fr", "tatoeba/fra-eng.zip"),
        ("tatoeba-de-en", "tatoeba/deu-eng.zip"),
        ("tatoeba-en-es", "tatoeba/spa-eng.zip"),
        ("multi30k-de-en", "multi30k/train.de.gz"),
    ],
)
@pytest.mark.usefixtures("own")
def test_what_cannot_be_had_says_what_to_do(name: str, file: str) -> None:
    with pytest.raises(DataError, match=rf"get .+ \(https://.+\), put it at translation/{file} below a folder"):
        datasets.named(name, 0.2, 0.2, 0)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"<html>", "holds no deu.txt; get deu-eng.zip"),
        (b"Go.;Geh.\n", "has no English sentence, tab, translation in a line; get deu-eng.zip"),
        (b"", "has no English sentence, tab, translation in a line; get deu-eng.zip"),
        ("Go.\tLoß.\n".encode("cp1252"), "is not UTF-8; save it as UTF-8"),
        (b"Go.\t\n", r"has no pair to learn from \(1 pairs dropped: a side without a word\); give sentences and"),
    ],
)
def test_tatoeba_in_another_layout_says_what_it_should_be(own: Path, content: bytes, problem: str) -> None:
    path = "deu-eng.zip" if content.startswith(b"<") else "deu.txt"
    (own / "tatoeba" / path).write_bytes(content)
    with pytest.raises(DataError, match=problem):
        datasets.tatoeba("en", "de")


def captions(own: Path, **lines: list[str]) -> None:
    for part in ("train", "val", "test_2016_flickr"):
        for language, texts in (CAPTIONS | lines).items():
            text = "".join(f"{text} \n" for text in texts)
            (own / "multi30k" / f"{part}.{language}.gz").write_bytes(gzip.compress(text.encode()))


def test_multi30k_keeps_its_parts_and_is_cleaned_only_to_learn_from(own: Path) -> None:
    captions(own)
    (train, validation, test), source = datasets.named("multi30k-de-en", 0.5, 0.5, 0)
    assert train.sources == CAPTIONS["de"][:2]
    assert train.report == ["1 pairs dropped: a side without a word"]
    assert validation.sources == test.sources == CAPTIONS["de"]
    assert validation.targets == test.targets == CAPTIONS["en"]
    assert source.sha256 == train.fingerprint()
    assert "research use" in source.licence
    assert datasets.named("multi30k-en-fr", 0.1, 0.1, 0)[0].test.targets == CAPTIONS["fr"]


def test_captions_that_do_not_match_or_are_damaged_say_so(own: Path) -> None:
    captions(own, de=CAPTIONS["de"][:2])
    with pytest.raises(DataError, match=r"train\.de\.gz has 2 lines and .*train\.en\.gz has 3; .* look for a line"):
        datasets.named("multi30k-de-en", 0.1, 0.1, 0)
    (own / "multi30k" / "train.de.gz").write_bytes(gzip.compress(b"Zwei" * 99)[:-9])
    with pytest.raises(DataError, match=r"train\.de\.gz is damaged; get train\.de\.gz .*SEQSERVE_DATA"):
        datasets.named("multi30k-de-en", 0.1, 0.1, 0)


@pytest.mark.parametrize("other", ["fr", "de", "es"])
def test_a_named_data_set_comes_in_parts_in_both_directions(own: Path, other: str) -> None:
    (own / "tatoeba" / f"{CODES[other]}-eng.zip").write_bytes(archive(other))
    for name in (f"tatoeba-en-{other}", f"tatoeba-{other}-en"):
        assert name in datasets.DATASETS
        parts, _ = datasets.named(name, 0.2, 0.2, 0)
        assert sum(len(part.sources) for part in parts) == 6
        assert parts.train.report[:1] == ["1 pairs had odd white space or characters, folded"] or other != "fr"


def test_an_unknown_name_lists_those_there_are() -> None:
    with pytest.raises(DataError, match=r"no data set 'tatoeba-en-it'; there are: tatoeba-en-fr, .*, multi30k-de-en"):
        datasets.named("tatoeba-en-it", 0.1, 0.1, 0)


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_ones_own_table(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"phrases{suffix}"
    rows = list(zip(ENGLISH, OTHER["es"], strict=True))
    if suffix == ".jsonl":
        path.write_text("".join(json.dumps({"en": source, "es": target}) + "\n" for source, target in rows))
    else:
        delimiter = "," if suffix == ".csv" else "\t"
        table = [("id", "en", "es"), *((str(number), *row) for number, row in enumerate(rows))]
        path.write_text("".join(delimiter.join(row) + "\n" for row in table), encoding="utf-8-sig")
    found, source = datasets.own(path, "en", "es")
    assert (found.sources, found.targets) == (ENGLISH, OTHER["es"])
    assert source.name == f"phrases{suffix} (6 pairs)"
    assert source.licence == "the owner's"
    with pytest.raises(DataError, match=r"no column 'fr'; the columns are (id, )?en, es"):
        datasets.own(path, "en", "fr")


def test_ones_own_typography_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("en\tfr\nIs it him?\tC’est lui?\n")
    assert datasets.own(tmp_path / "a.tsv", "en", "fr")[0].targets == ["C’est lui?"]


def test_ones_own_pair_of_files(tmp_path: Path) -> None:
    (tmp_path / "a.en").write_bytes("Go.\r\nA line\u2028of two.\r\n\r\nI won.\r\n".encode())
    (tmp_path / "a.fr").write_bytes("\ufeffVa !\nUne ligne\x0bde deux.\nRien.\nJ'ai gagné.".encode())
    found, source = datasets.own_files(tmp_path / "a.en", tmp_path / "a.fr")
    assert found.sources == ["Go.", "A line of two.", "I won."]
    assert found.targets == ["Va !", "Une ligne de deux.", "J'ai gagné."]
    assert "1 pairs dropped: a side without a word" in found.report
    assert source.name == "a.en and a.fr (3 pairs)"


def test_a_pair_of_files_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.en").write_text("Go.\nI won.\n")
    (tmp_path / "a.fr").write_text("Va !\n")
    with pytest.raises(DataError, match=r"a\.en has 2 lines and a\.fr has 1; .* look for a line that is missing"):
        datasets.own_files(tmp_path / "a.en", tmp_path / "a.fr")
    (tmp_path / "a.fr").write_bytes("Va !\nGagné.\n".encode("cp1252"))
    with pytest.raises(DataError, match=r"a\.fr is not UTF-8; save it as UTF-8"):
        datasets.own_files(tmp_path / "a.en", tmp_path / "a.fr")
    for name in ("a.en", "a.fr"):
        (tmp_path / name).write_text("")
    with pytest.raises(DataError, match=r"a\.en and a\.fr has no pair to learn from \(it is empty\)"):
        datasets.own_files(tmp_path / "a.en", tmp_path / "a.fr")


def test_the_rules_can_be_ones_own(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("en\tfr\nGo.\tVa !\nI like milk a lot.\tJ'aime beaucoup le lait.\n")
    assert datasets.own(tmp_path / "a.tsv", "en", "fr", Rules(longest=10))[0].sources == ["Go."]
