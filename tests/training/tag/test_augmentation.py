from __future__ import annotations

from training.tag.augmentation import Augmentation, Shares, Tagged, runs
from training.tag.names import lists
from training.tag.names.lists import Names

TEXTS = [
    Tagged(["Ann", "Lee", "is", "in", "Rome"], ["B-person", "I-person", "O", "O", "B-place"]),
    Tagged(["saw", "bob", "in", "New", "York"], ["O", "B-person", "O", "B-place", "I-place"]),
]
NAMES = [Names(["Ngozi"], ["O'Neill"])]


def renewed(**shares: float) -> list[Tagged]:
    return Augmentation(TEXTS, Shares(**shares), "person", NAMES, seed=0).renewed()


def test_nothing_changes_without_shares() -> None:
    assert renewed() == TEXTS


def test_names_are_drawn_and_written_as_what_they_replace() -> None:
    first, second = renewed(named=1)
    assert first.words == ["Ngozi", "O", "'", "Neill", "is", "in", "Rome"]
    assert first.tags == ["B-person", "I-person", "I-person", "I-person", "O", "O", "B-place"]
    assert "".join(second.words[1:-3]) in ("ngozi", "o'neill")


def test_entities_are_swapped_for_others_of_their_label() -> None:
    found = [
        " ".join(text.words[start:end])
        for _ in range(20)
        for text in Augmentation(TEXTS, Shares(swapped=1), "person", [], seed=1).renewed()
        for start, end, label in runs(text.tags)
        if label == "place"
    ]
    assert set(found) == {"Rome", "New York"}


def test_texts_are_written_in_one_case() -> None:
    assert renewed(upper=1)[0].words == ["ANN", "LEE", "IS", "IN", "ROME"]
    assert renewed(lower=1)[1].words == ["saw", "bob", "in", "new", "york"]


def test_no_part_of_a_measured_name_is_learned() -> None:
    learned = {
        part.lower()
        for names in lists.learned().values()
        for name in (*names.given, *names.family)
        for part in name.split()
    }
    measured = [part.lower() for names in lists.measured().values() for name in names for part in name.split()]
    assert len(lists.measured()) == 29
    assert not learned & set(measured)
