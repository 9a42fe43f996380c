"""GoEmotions in three classes."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.core.download import DataError
from training.sentiment.corpora import goemotions, people


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEQSERVE_DATA", str(tmp_path))
    folder = tmp_path / "sentiment" / "goemotions"
    folder.mkdir(parents=True)
    (folder / "train.tsv").write_text(
        'That "game" hurt.\t25\ta1\nThanks, [NAME]!\t15,18\ta2\nMan I love [NAME] but [NAME] lost\t18,25\ta3\n'
        "Why not?\t7\ta4\n[RELIGION] service is at ten\t27\ta5\nWow\t26\ta6\n"
    )
    (folder / "dev.tsv").write_text("It is on the table.\t27\tb1\n")
    (folder / "test.tsv").write_text("Awful.\t11\tc1\n")
    return folder


@pytest.mark.usefixtures("own")
def test_emotions_of_one_kind_make_a_class_and_others_none() -> None:
    labelled, where = goemotions.goemotions()
    assert labelled.labels == ["negative", "positive", "neutral", "neutral", "neutral"]
    assert labelled.texts[0] == 'That "game" hurt.'
    assert [text.split()[-1] for text in labelled.unlabelled] == ["lost", "Wow"]
    assert "CC BY 4.0" in where.licence


@pytest.mark.usefixtures("own")
def test_names_and_religions_that_were_taken_out_are_filled_in_the_same_every_time() -> None:
    labelled, _ = goemotions.goemotions()
    thanks, service = labelled.texts[1], labelled.texts[3]
    assert thanks.removeprefix("Thanks, ").removesuffix("!") in people.NAMES
    assert service.split()[0] in people.RELIGIONS
    assert goemotions.goemotions()[0] == labelled


@pytest.mark.usefixtures("own")
def test_the_test_part_is_read_alone() -> None:
    assert goemotions.goemotions_test()[0].texts == ["Awful."]


def test_a_file_of_other_columns_says_which_it_should_have(own: Path) -> None:
    (own / "dev.tsv").write_text("only a text\n")
    with pytest.raises(DataError, match="a row of 1 cells; it should have text, emotions and id"):
        goemotions.goemotions()
