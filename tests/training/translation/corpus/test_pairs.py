from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from training.core.download import DataError
from training.translation.corpus.cleaning import key
from training.translation.corpus.pairs import Pairs, pairs_of, split


def test_pairs_of_rows_have_two_sides() -> None:
    assert pairs_of([("Go.", "Va !"), ("I won.", "Gagné.")], ["said"]) == Pairs(
        ["Go.", "I won."], ["Va !", "Gagné."], ["said"]
    )


def test_a_fingerprint_is_of_both_sides_and_their_order() -> None:
    kinds = [Pairs(["a", "b"], ["c", "d"]), Pairs(["b", "a"], ["d", "c"]), Pairs(["a", "b"], ["d", "c"])]
    assert len({kind.fingerprint() for kind in kinds}) == 3
    assert Pairs(["a"], ["b"], ["said"]).fingerprint() == Pairs(["a"], ["b"]).fingerprint()


def test_a_source_has_all_its_translations_as_references() -> None:
    found = Pairs(["Go.", "I won.", "Go."], ["Va !", "J'ai gagné.", "Bouge !"])
    assert found.references() == {"Go.": ["Va !", "Bouge !"], "I won.": ["J'ai gagné."]}


SENTENCES = st.builds(
    "{} {}{}".format, st.sampled_from(["a", "A"]), st.integers(0, 60), st.sampled_from([".", "!", ""])
)
ANY_PAIRS = st.lists(st.tuples(SENTENCES, SENTENCES), unique=True, max_size=60)


@given(ANY_PAIRS, st.integers(0, 9))
def test_parts_share_no_sentence_and_lose_none(rows: list[tuple[str, str]], seed: int) -> None:
    whole = Pairs([source for source, _ in rows], [target for _, target in rows], ["said"])
    try:
        parts = split(whole, 0.2, 0.2, seed)
    except DataError:
        event("too few, or too many joined")
        return
    event("split")
    assert parts == split(whole, 0.2, 0.2, seed)
    assert parts.train.report == ["said"]
    found = [row for part in parts for row in zip(part.sources, part.targets, strict=True)]
    assert Counter(found) == Counter(rows)
    for side in ("sources", "targets"):
        seen = [set(map(key, getattr(part, side))) for part in parts]
        assert sum(map(len, seen)) == len(set().union(*seen))
    distinct = len(set(map(key, whole.sources)))
    for part in parts[1:]:
        assert 0 < len(set(map(key, part.sources))) <= round(0.2 * distinct)


def numbered(count: int) -> Pairs:
    """Sources of which every third has two translations and every fifth shares one with the next."""
    rows = [(f"source {number}", f"target {number + (number % 5 == 0)}") for number in range(count)]
    rows += [(source, f"another {source}") for source, _ in rows[::3]]
    return Pairs([source for source, _ in rows], [target for _, target in rows])


@pytest.mark.parametrize(("validation", "test"), [(0.02, 0.02), (0.1, 0.3)])
def test_parts_have_their_share_of_the_sources(validation: float, test: float) -> None:
    parts = split(numbered(1000), validation, test, 0)
    assert [len(part.references()) for part in parts[1:]] == [1000 * validation, 1000 * test]


def test_another_seed_gives_other_parts() -> None:
    first, second = (set(split(numbered(1000), 0.1, 0.1, seed).test.sources) for seed in (0, 1))
    assert len(first & second) < 50


@pytest.mark.parametrize(
    ("found", "validation", "test"),
    [(numbered(9), 0.02, 0.02), (numbered(9), 0.9, 0.5), (Pairs([], []), 0.1, 0.1), (Pairs(["a"], ["b"]), 0.1, 0.9)],
)
def test_a_part_that_would_be_empty_is_an_error(found: Pairs, validation: float, test: float) -> None:
    with pytest.raises(DataError, match=r"\d distinct sources cannot be split .* give more pairs or other shares"):
        split(found, validation, test, 0)
