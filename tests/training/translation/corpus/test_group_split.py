from __future__ import annotations

from training.translation.corpus import group_split


def test_pairs_that_share_a_sentence_on_either_side_stay_together() -> None:
    sources = ["a", "a", "b", "c", *map(str, range(100))]
    targets = ["x", "y", "y", "z", *(f"of {number}" for number in range(100))]
    for seed in range(20):
        part_of = group_split.parts(sources, targets, (0.2, 0.2), seed)
        assert len(set(part_of[:3])) == 1
        assert part_of == group_split.parts(sources, targets, (0.2, 0.2), seed)
    assert len({tuple(group_split.parts(sources, targets, (0.2, 0.2), seed)) for seed in range(5)}) == 5


def test_each_part_has_its_share_of_the_distinct_sources() -> None:
    sources = [str(number) for number in range(100)]
    part_of = group_split.parts(sources, sources, (0.1, 0.3), 0)
    assert [part_of.count(part) for part in (0, 1, 2)] == [60, 10, 30]


def test_a_group_that_no_part_has_room_for_is_learned_from() -> None:
    sources = [str(number) for number in range(10)]
    assert set(group_split.parts(sources, ["the same"] * 10, (0.2, 0.2), 0)) == {0}
