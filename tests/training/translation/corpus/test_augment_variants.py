"""A pair is read as serving reads it, and its other ways are pairs too."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest

from seqserve.translation import subword_tokenizer
from seqserve.translation.markup.placeholders import PLACEHOLDERS
from seqserve.translation.sentences.coder import SentenceCoder
from seqserve.translation.subword_tokenizer import END, START, UNKNOWN, Subwords
from testing.tiny import translation as tiny_translation
from training.translation.corpus import augment_variants
from training.translation.corpus.pairs import Pairs
from training.translation.data.batches import Pair, PairBatches

CODER = tiny_translation.subword_coder()
ONE, TWO = PLACEHOLDERS[:2]


def ways(source: str, target: str, reverse: bool = False) -> list[tuple[str, str]]:
    (found,) = augment_variants.read(augment_variants.ways(Pairs([source], [target]), CODER), CODER, reverse=reverse)
    return [(CODER.decode(way.source), CODER.decode(way.target)) for way in found]


def test_what_stands_on_both_sides_is_hidden_and_what_does_not_is_left() -> None:
    assert ways("at 12 or 15 o'clock", "vers 15 h ou 12 h")[0] == (
        f"at {ONE} or {TWO} o'clock",
        f"vers {TWO} h ou {ONE} h",
    )
    assert ways("3 cats", "trois chats")[0] == ("3 cats", "trois chats")
    assert ways("12, 15, 18", "18, 15, 12")[0] == (f"{ONE}, {ONE}, {ONE}", f"{ONE}, {ONE}, {ONE}")
    assert ways("1 of 10", "un sur 10")[0] == (f"1 of {ONE}", f"un sur {ONE}")


def test_names_capitals_and_full_stops_make_other_ways() -> None:
    usual, *others = ways("Tom likes milk.", "Tom aime le lait.")
    assert usual == ("Tom likes milk.", "Tom aime le lait.")
    assert others == [
        (f"{ONE} likes milk.", f"{ONE} aime le lait."),
        ("Tom likes milk", "Tom aime le lait"),
        ("tom likes milk.", "Tom aime le lait."),
    ]
    assert len(ways("milk", "lait")) == 1


def test_what_is_read_in_training_is_what_the_service_reads() -> None:
    coder = Subwords(subword_tokenizer.fit(["Call, said Tom's aunt really... I pay 5 kg."] * 10, 300))
    assert coder.hide("(").spans
    for source in (
        "“Call 555-1234”, said Tom’s aunt",
        "Call [Tom]—so… Tom.",
        "Call ( Tom )",
        "I pay 5 kg, 6 or 7.",
    ):
        ((usual, *_),) = augment_variants.read(
            augment_variants.ways(Pairs([source], [source]), coder), coder, reverse=False
        )
        assert usual.source.tolist() == SentenceCoder(coder, "de", "fr").read(source).tokens
        assert usual.target.tolist() == usual.source.tolist()


def test_the_source_may_be_read_backwards() -> None:
    found = augment_variants.ways(Pairs(["one two"], ["un deux"]), CODER)
    ((forwards, *_),), ((backwards, *_),) = (
        augment_variants.read(found, CODER, reverse=reverse) for reverse in (False, True)
    )
    assert backwards.source.tolist() == forwards.source.tolist()[::-1]
    assert backwards.target.tolist() == forwards.target.tolist()


def row(*tokens: int) -> np.ndarray:
    return np.array(tokens, dtype=np.int32)


def test_a_batch_has_what_came_before_each_token() -> None:
    rows = [[Pair(row(5, 6, 7), row(8, 9))], [Pair(row(5), row(8))]]
    batches = PairBatches(rows, batch_size=2)
    (tokens, lengths, before), targets = batches[0]
    assert lengths.tolist() == [1, 3]
    assert tokens[:, :3].tolist() == [[5, 0, 0], [5, 6, 7]]
    assert before[:, :3].tolist() == [[START, 8, 0], [START, 8, 9]]
    assert targets[:, :3].tolist() == [[8, END, 0], [8, 9, END]]
    assert not tokens[:, 3:].any()
    assert not targets[:, 3:].any()


def test_each_pair_is_in_one_batch_and_others_meet_in_the_next_epoch() -> None:
    rows = [[Pair(row(*[5] * (1 + number % 7)), row(number + 4))] for number in range(40)]
    batches = PairBatches(rows, batch_size=8, shuffle=True)
    seen = []
    for _ in range(2):
        seen.append(
            [sorted(targets[:, 0].tolist()) for _, targets in (batches[index] for index in range(len(batches)))]
        )
        batches.on_epoch_end()
    assert [sorted(chain.from_iterable(epoch)) for epoch in seen] == [list(range(4, 44))] * 2
    assert seen[0] != seen[1]


@pytest.mark.parametrize("unusual", [0.0, 1.0])
def test_other_ways_are_read_as_often_as_wanted(unusual: float) -> None:
    rows = [[Pair(row(5), row(5)), Pair(row(6), row(6)), Pair(row(7), row(7))] for _ in range(50)]
    (tokens, _, _), _ = PairBatches(rows, batch_size=50, unusual=unusual)[0]
    assert set(tokens[:, 0].tolist()) == ({6, 7} if unusual else {5})


def test_forgotten_words_are_unknown_and_the_targets_stay() -> None:
    rows = [[Pair(row(*[5] * 40), row(*[6] * 40))] for _ in range(20)]
    (tokens, _, before), targets = PairBatches(rows, batch_size=20, word_dropout=0.5)[0]
    assert 0.3 < np.mean(tokens[:, :40] == UNKNOWN) < 0.7
    assert 0.3 < np.mean(before[:, 1:41] == UNKNOWN) < 0.7
    assert (before[:, 0] == START).all()
    assert (targets[:, :40] == 6).all()


def test_with_merges_left_out_a_sentence_is_read_in_other_pieces_every_epoch() -> None:
    found = augment_variants.ways(Pairs(["the neighbours like milk"], ["les voisins aiment le lait"]), CODER)
    ((usual,),) = augment_variants.read(found, CODER, reverse=False)
    others = [augment_variants.read(found, CODER, reverse=False, merge_dropout=0.5)[0][0] for _ in range(20)]
    assert len({other.source.tobytes() for other in others}) > 5
    assert {CODER.decode(other.target) for other in others} == {CODER.decode(usual.target)}
    ((again,),) = augment_variants.read(found, CODER, reverse=False)
    assert again.source.tolist() == usual.source.tolist()
    epochs = iter([[[other]] for other in others])
    batches = PairBatches([[usual]], batch_size=1, reread=lambda: next(epochs))
    for expected in (usual, *others):
        (_, lengths, _), targets = batches[0]
        assert lengths.tolist() == [len(expected.source)]
        assert targets[0, : len(expected.target)].tolist() == expected.target.tolist()
        if expected is not others[-1]:
            batches.on_epoch_end()
