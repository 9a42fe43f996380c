"""An import is a version like any other: it is published, loads, translates and says where it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from seqserve import tasks
from seqserve.registry.store import STABLE, Store
from seqserve.translation.predictor import TranslationQuery, Translator
from testing.tiny import marian
from training.__main__ import main

PAIRS = "en\tpt\n" + "".join(f"the milk {name}\to leite {name}\n" for name in "abcdefgh")


def imported(tmp_path: Path, *options: str, **files: Any) -> int:
    folder = marian.folder(tmp_path / "theirs", **files)
    return main(["import-translator", "--package", str(folder), "--models", str(tmp_path / "models"), *options])


def test_a_model_is_imported(tmp_path: Path) -> None:
    (tmp_path / "pairs.tsv").write_text(PAIRS)
    assert imported(tmp_path, "--csv", str(tmp_path / "pairs.tsv"), "--licence", "MPL-2.0", "--most", "6") == 0
    store = Store(tmp_path / "models")
    artifact = store.read(store.resolve("translation", "en-pt", None))
    assert store.labels("translation", "en-pt") == {STABLE: "1"} or artifact.json("metrics.json")["worse_than"]
    predictor = tasks.load(artifact)
    assert isinstance(predictor, Translator)
    assert predictor.signature()["beam"] == 1
    texts = ["I like the milk.", "Write to a@b.org 👍", "the house"]
    answers = predictor.predict([TranslationQuery(text) for text in texts])
    alone = [predictor.predict([TranslationQuery(text)])[0] for text in texts]
    assert [answer.text for answer in answers] == [answer.text for answer in alone]
    assert "a@b.org" in answers[1].text
    assert "👍" in answers[1].text

    manifest = artifact.manifest
    assert (manifest.licence, manifest.data.licence, manifest.data.name) == ("MPL-2.0", "MPL-2.0", "the folder theirs")
    assert {"MPL-2.0.txt", "NOTICE.txt"} <= artifact.files.keys()
    notice = artifact.file("NOTICE.txt").decode()
    assert manifest.data.sha256 in notice
    assert "converted from Marian's format to ONNX" in notice
    metrics = artifact.json("metrics.json")
    assert {"test", "decoding", "precision", "signatures"} <= metrics.keys()
    assert "measured on 6 pairs drawn from pairs.tsv" in artifact.file("MODEL_CARD.md").decode()
    assert str(tmp_path) not in "".join(content.decode(errors="ignore") for content in artifact.files.values())


def test_without_pairs_it_is_not_measured_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert imported(tmp_path, "--name", "mine", "--pair", "en-pt") == 0
    assert "It was not measured" in capsys.readouterr().out
    store = Store(tmp_path / "models")
    artifact = store.read(store.resolve("translation", "mine", None))
    assert "It was not measured" in artifact.file("MODEL_CARD.md").decode()
    assert "MPL-2.0.txt" not in artifact.files
    assert artifact.manifest.licence == "unknown"
    assert tasks.load(artifact)


def test_two_vocabularies(tmp_path: Path) -> None:
    assert imported(tmp_path, key="enja", vocabularies=2, alphas=False) == 0
    store = Store(tmp_path / "models")
    artifact = store.read(store.resolve("translation", "en-ja", None))
    assert {"encoder.onnx", "target-tokenizer.json"} <= artifact.files.keys()
    assert tasks.load(artifact)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"settings": {"dec-cell": "gru"}}, "setting dec-cell is 'gru'"),
        ({"vocabularies": 2, "pieces": marian.PIECES[1:]}, "first pieces"),
    ],
)
def test_what_cannot_be_imported_is_refused_by_name(
    files: dict[str, Any], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported(tmp_path, **files) == 1
    assert said in capsys.readouterr().err
    assert Store(tmp_path / "models").names("translation") == []


def test_a_vocabulary_of_another_model_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = marian.folder(tmp_path / "theirs")
    (folder / "vocab.enpt.spm").write_bytes(marian.vocabulary(marian.PIECES[:-1]))
    assert main(["import-translator", "--package", str(folder), "--models", str(tmp_path / "models")]) == 1
    assert f"{len(marian.PIECES) - 1} pieces, but the encoder has {len(marian.PIECES)}" in capsys.readouterr().err
