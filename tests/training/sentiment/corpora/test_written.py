"""The texts that were written for this project."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from benchmarks.sentiment_quality import everyday
from training.sentiment.config import DataSection
from training.sentiment.corpora import people, written
from training.sentiment.data import splits


def words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[\w']+", text.lower()))


def test_the_texts_are_complete_and_the_same_every_time() -> None:
    labelled, where = written.written()
    assert where.sha256 == written.written()[1].sha256
    assert set(Counter(labelled.labels)) == {"negative", "neutral", "positive"}
    left_over = [
        text for text in labelled.texts if re.search(r"\{|<name>|<group>|\[n\]|\ba [aeiou]\w+ (man|woman)", text)
    ]
    assert left_over == []


def test_a_sentence_about_people_comes_with_many_names_under_each_label() -> None:
    labelled, _ = written.written()
    for label in ("negative", "neutral", "positive"):
        texts = [text for text, its in zip(labelled.texts, labelled.labels, strict=True) if its == label]
        assert len({name for name in people.NAMES for text in texts if name in text.split()}) > 50


def test_an_emoji_has_its_label_beside_a_sentence_that_has_none() -> None:
    labelled, _ = written.written()
    found = dict(zip(labelled.texts, labelled.labels, strict=True))
    assert {label for text, label in found.items() if text.endswith(" 💔")} == {"negative"}
    assert {label for text, label in found.items() if text.startswith("🎉 ")} == {"positive"}


def test_the_texts_of_a_frame_are_in_one_part_and_those_about_people_are_learned_from() -> None:
    labelled, _ = written.written()
    parts = splits.split(labelled, sorted(set(labelled.labels)), DataSection(validation=0.1, test=0.1), seed=0)
    group = dict(zip(labelled.texts, labelled.groups, strict=True))
    train, validation, test = ({group[text] for text in part.texts} for part in parts)
    assert len(train) + len(validation) + len(test) == len(set(group.values()))
    assert -1 in train
    assert all(set(part.classes) == {0, 1, 2} for part in parts)
    assert len(validation) == pytest.approx(0.1 * len(train | validation | test), abs=5)


@pytest.mark.parametrize("language", written.LANGUAGES)
def test_each_language_has_texts_of_all_labels_and_the_same_every_time(language: str) -> None:
    labelled, where = written.written_in(language)
    assert where.sha256 == written.written_in(language)[1].sha256
    assert min(Counter(labelled.labels).values()) > 400
    assert [text for text in labelled.texts if re.search(r"[{}<>|]|\[n\]", text.replace("<3", ""))] == []


@pytest.mark.parametrize("language", ["en", *written.LANGUAGES])
def test_no_text_that_models_are_measured_on_is_written_here(language: str) -> None:
    labelled, _ = written.written() if language == "en" else written.written_in(language)
    every = {words(text) for text in labelled.texts}
    measured = [words(text) for text in everyday(language)[0]]
    assert len(measured) >= 100
    assert [near for near in measured for text in every if len(near & text) > 0.79 * len(near | text)] == []
