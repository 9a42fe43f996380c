"""What is mended in sentence pairs, what is dropped, and that it is said."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqserve.translation.subword_tokenizer import tidied
from training.translation.corpus.cleaning import Rules, clean, even, key

ROWS = [
    ("I like milk.", "J'aime le lait."),
    ("How are you today?", "Comment allez-vous aujourd'hui ?"),
    ("She plays tennis every day.", "Elle joue au tennis tous les jours."),
]


def dropped(*rows: tuple[str, str], rules: Rules | None = None) -> list[str]:
    """What the report says of these pairs among good ones; that they are gone, or not."""
    kept, report = clean([*ROWS, *rows], rules or Rules())
    assert (kept == ROWS) == bool(report)
    return report


@pytest.mark.parametrize("pair", [("", "Bonjour."), ("Hello.", " \u00a0"), ("Young girls weave corn.", "@@")])
def test_a_pair_without_a_word_on_a_side_is_dropped(pair: tuple[str, str]) -> None:
    assert "1 pairs dropped: a side without a word" in dropped(pair)


def test_a_pair_that_is_repeated_is_dropped_however_its_white_space_is_written() -> None:
    assert "2 pairs dropped: repeated" in dropped(ROWS[0], (ROWS[1][0], ROWS[1][1].replace(" ?", "\u202f?")))


def test_another_translation_of_a_source_is_no_repetition() -> None:
    assert not dropped((ROWS[0][0], "Moi, j'aime le lait."))


@pytest.mark.parametrize(
    "pair", [("To be or not to be.", "to be  or not to be!"), ("Please see page 7", "Please see page 7")]
)
def test_a_sentence_that_was_not_translated_is_dropped(pair: tuple[str, str]) -> None:
    assert "1 pairs dropped: source and target are the same" in dropped(pair)


@pytest.mark.parametrize("text", ["Paris!", "Tom Jackson", "1 + 1 = 2"])
def test_a_word_or_two_may_be_the_same_in_both_languages(text: str) -> None:
    assert not dropped((text, text))


def test_a_pair_of_too_unlike_lengths_is_dropped_and_a_short_one_may_differ() -> None:
    assert not dropped(("Go.", "Allez-y maintenant."))
    assert "1 pairs dropped: sides of too unlike lengths" in dropped(("I slept.", ROWS[2][1] * 2))
    assert not dropped(("I slept.", ROWS[2][1] * 2), rules=Rules(ratio=9))


def test_lengths_are_measured_against_those_of_the_languages() -> None:
    wordy = [(f"番号{number}", f"This is the one that has the number {number}.") for number in range(50)]
    assert clean(wordy) == (wordy, [])
    assert clean([(target, source) for source, target in wordy])[1] == []
    assert clean([*wordy, ("これは番号がとても大きいものです", "It is")])[1] == [
        "1 pairs dropped: sides of too unlike lengths"
    ]


def test_a_pair_that_is_too_long_is_dropped() -> None:
    long = (ROWS[2][0] * 12, ROWS[2][1] * 12)
    assert "1 pairs dropped: more than 300 characters on a side" in dropped(long)
    assert not dropped(long, rules=Rules(longest=1000))


@pytest.mark.parametrize("pair", [("I like cats.", "Я люблю кошек."), ("Что это такое?", "Qu'est-ce que c'est ?")])
def test_a_side_in_another_script_is_dropped(pair: tuple[str, str]) -> None:
    rows = [(f"{source} {number}", f"{target} {number}") for number in range(20) for source, target in ROWS]
    kept, report = clean([*rows, pair])
    assert (kept, report) == (rows, ["1 pairs dropped: another script than the rest"])


def test_what_a_language_is_written_in_is_seen_from_the_data() -> None:
    rows = [(f"Что это {number}?", f"これはカメラの{number}ですか。") for number in range(20)]
    assert clean(rows) == (rows, [])


def test_a_few_letters_of_another_script_are_no_reason() -> None:
    assert not dropped(("The letter Ж is Cyrillic.", "La lettre Ж est cyrillique."), ("1 + 1 = 2.", "1 + 1 = 2"))


def test_what_was_mended_is_counted() -> None:
    kept, report = clean([("Isn’t it odd?", "N’est-ce\u00a0pas étrange?"), *ROWS], even_in="fr")
    assert kept[0] == ("Isn’t it odd?", "N'est-ce pas étrange ?")
    assert report == [
        "1 pairs had odd white space or characters, folded",
        "1 targets had other apostrophes or spaces at punctuation, made even",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vraiment\u202f?", "Vraiment ?"),
        (" a\u00a0b\u2009c\u3000d\te\r\n", "a b c d e"),
        ("Ils dansaient sur \u200b\u200bla musique.", "Ils dansaient sur la musique."),
        ("un\u00adwahr\u00adschein\u00adlich", "unwahrscheinlich"),
        ("\ufeffcafe\u0301\x07!", "café !"),
    ],
)
def test_white_space_and_characters_are_tidied(text: str, expected: str) -> None:
    assert tidied(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quoi?", "Quoi ?"),
        ("Quoi ?!", "Quoi ?!"),
        ("«J’y vais.»", "« J'y vais. »"),
        ("« Quoi ? »", "« Quoi ? »"),
        ("Elle dit: il est 10:30; viens...!", "Elle dit : il est 10:30 ; viens... !"),
        ("Voir https://example.org/?a=1.", "Voir https://example.org/?a=1."),
        ("", ""),
    ],
)
def test_french_is_written_one_way(text: str, expected: str) -> None:
    assert even(text, "fr") == expected


def test_other_languages_keep_their_punctuation_and_their_quotes() -> None:
    assert even("Wie geht’s? Johannes’ „Ja!“", "de") == "Wie geht's? Johannes’ „Ja!“"


@given(st.text(st.sampled_from(" \u00a0\u202f\u200b\u00ada\u0301éB!?;:«».,’'\n"), max_size=30))
def test_what_was_mended_needs_no_mending(text: str) -> None:
    once = tidied(text)
    assert tidied(once) == once
    assert unicodedata.is_normalized("NFC", once)
    for language in ("fr", "de"):
        again = even(once, language)
        assert (tidied(again), even(again, language)) == (again, again)
        assert key(again) == key(even(again, language))


def test_sentences_are_the_same_whatever_their_case_their_white_space_and_the_punctuation_around_them() -> None:
    assert len({key(text) for text in ("I'm cold.", "I’m  cold", "i'm cold!", "\u201cI'm cold\u2026\u201d")}) == 1
    assert key("¡Quédate aquí!") == key("Quédate aquí.")
    assert key("It's 3.5.") != key("It's 35.")
    assert key("?!") == "?!"
