from __future__ import annotations

import pytest

from seqserve.translation import languages
from seqserve.translation.markup import nested

FRENCH = languages.of("fr")


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("red, green, dark blue, white, black", ["red", "green", "dark blue", "white", "black"]),
        ("One, two, three, four, five and six.", ["One", "two", "three", "four", "five", "six"]),
        ("Monday, Tuesday and Wednesday.", ["Monday", "Tuesday", "Wednesday"]),
        ("Yes/No", ["Yes", "No"]),
        ("Yes / No / Maybe", ["Yes", "No", "Maybe"]),
        ("on/off/unknown", ["on", "off", "unknown"]),
        ("OK/Cancel", ["OK", "Cancel"]),
        ("Settings > Save As", ["Settings", "Save As"]),
        ("File -> New\u2026", ["File", "New\u2026"]),
        ("a > b", None),
        ("TCP/IP", None),
        ("km/h", None),
        ("/home/anna", None),
        ("red, green, blue, white", None),
        ("No, no, no, no, no!", None),
    ],
)
def test_a_sentence_that_is_a_list(sentence: str, words: list[str] | None) -> None:
    found = nested.whole(sentence, FRENCH)
    assert (found and found.words) == words
    if found:
        assert nested.whole(sentence, languages.of("en")).joined(found.words) == sentence  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Click File > Save As to save it.", {"File > Save As": ["File", "Save As"]}),
        ("Go to the Settings -> Wi-Fi & More.", {"Settings -> Wi-Fi & More": ["Settings", "Wi-Fi & More"]}),
        ("In Edit\u2192Undo or A > B to see", {"Edit\u2192Undo": ["Edit", "Undo"], "A > B": ["A", "B"]}),
        ("File > New", {}),
        ("If x > Y, <b>A</b> and i > J", {}),
        ("If A > B then C", {"A > B": ["A", "B"]}),
    ],
)
def test_choices_of_a_menu_are_translated_by_themselves(sentence: str, found: dict[str, list[str]]) -> None:
    menus = nested.menus(sentence)
    assert {menu.text: menu.words for menu in menus} == found
    assert [menu.joined(menu.words) for menu in menus] == list(found)


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("I have a dog, a cat, a horse, a cow and two pigs.", "a dog, a cat, a horse, a cow and two pigs"),
        ("We saw Paris, Rome, Berlin and New York in May.", "Paris, Rome, Berlin and New York"),
        ("He bought a table, four chairs, a lamp or a sofa for us.", "a table, four chairs, a lamp or a sofa"),
        ("I have a dog, a cat and a cow.", None),
        ("My father is a doctor, my mother is a teacher, I am old and you are here.", None),
    ],
)
def test_a_list_within_a_sentence(sentence: str, text: str | None) -> None:
    found = nested.within(sentence, FRENCH)
    assert (found and found.text) == text


def test_days_have_small_letters_but_for_the_first() -> None:
    found = nested.whole("Monday, Tuesday and Anna.", FRENCH)
    assert found
    assert found.joined(["Lundi", "Mardi", "Anna"], {"Monday", "Tuesday"}) == "Lundi, mardi et Anna."


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ('The so-called "experts" came.', "The so-called \u00ab EXPERTS \u00bb came."),
        ("The word 'cat' is short.", "The word \u00ab cat \u00bb is short."),
        ('I read "War and Peace" here.', "I read \u00ab War and Peace \u00bb here."),
        ("I don't like rock 'n' roll, it's old.", "I don't like rock 'n' roll, it's old."),
        ('"Yes," he said.', '"Yes," he said.'),
    ],
)
def test_quoted_words(sentence: str, shown: str) -> None:
    found = sentence
    for part in nested.quoted(sentence, FRENCH):
        found = found.replace(part.text, part.joined([word.upper() for word in part.words]))
    assert found == shown


def test_what_is_spoken_has_double_quotes() -> None:
    assert nested.spoken("'I don't know!' he said, 'it's late.'") == '"I don\'t know!" he said, "it\'s late."'
    assert nested.spoken("It's the dogs' house, isn't it?") == "It's the dogs' house, isn't it?"


def test_quotes_are_those_of_the_language() -> None:
    assert (
        nested.paired('"Oui", dit-il, \u00ab non \u00bb.', '"", ""', FRENCH)
        == "\u00ab Oui \u00bb, dit-il, \u00ab non \u00bb."
    )
    assert nested.paired('"Oui, dit-il.', '"Yes," he said.', FRENCH) == '"Oui, dit-il.'


@pytest.mark.parametrize(
    ("translation", "source", "kept"),
    [
        ("un chien, un chat et une vache", "a dog, a cat and a cow", True),
        ("un chien et une vache", "a dog, a cat and a cow", False),
        ("un chat, un chat et une vache", "a dog, a cat and a cow", False),
        ("tr\u00e8s, tr\u00e8s bien", "very, very good", True),
    ],
)
def test_what_a_list_has_lost(translation: str, source: str, kept: bool) -> None:
    assert nested.is_kept(translation, source) == kept
