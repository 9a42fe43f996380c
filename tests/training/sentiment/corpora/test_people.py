"""The lists of names and groups."""

from training.sentiment.corpora import people


def test_names_and_groups_are_different_and_many() -> None:
    for words in (people.NAMES, people.RELIGIONS, people.GROUPS):
        assert len(words) == len(set(words))
    assert len(people.NAMES) > 100
    assert len(people.GROUPS) > 50
