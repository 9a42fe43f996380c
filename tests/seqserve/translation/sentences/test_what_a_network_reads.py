"""What a network reads of a sentence: small letters, names and codes."""

from __future__ import annotations

import pytest

from seqserve.translation.copied_names import Names
from seqserve.translation.markup.placeholders import PLACEHOLDERS
from seqserve.translation.predictor import Translator
from testing.tiny import translation as tiny
from testing.tiny.translation import Echo, saying, translate


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("I LIKE MILK.", "I like milk."),
        ("(I LIKE MILK)", "I like milk"),
        ("WHY AM I HERE?", "Why am I here?"),
        ("WHERE!", "Where!"),
        ("STARS!", "Stars!"),
        ("HTTP://X.ORG IS IT", f"{PLACEHOLDERS[0]} Is it"),
        ("U.S.A. is.", f"{PLACEHOLDERS[0]} is."),
        ("I", "I"),
        ("GREAT stars.", "great stars."),
        ("I DON'T know.", "I DON'T know."),
    ],
)
def test_capitals_are_read_as_small_letters(text: str, read: str) -> None:
    network = Echo()
    assert translate(text, tiny.translator(network)).text.casefold() == text.casefold()
    (((row,), _),) = network.searched
    assert tiny.subword_coder().decode(row) == read


def test_the_translation_of_capitals_is_in_capitals_but_for_what_is_copied() -> None:
    answer = translate("I LIKE http://x.org/a.", saying("J'aime l'été {0}, garçon."))
    assert answer.text == "J'AIME L'ÉTÉ http://x.org/a, GARÇON."


@pytest.mark.parametrize(
    ("language", "text", "read"),
    [
        ("en", "I like Ljubljana, and Giuseppe's milk.", "I like {0}, and {1}'s milk."),
        ("en", "Ljubljana is on MARS.", "Ljubljana is on {0}."),
        ("en", "NATO and the BBC.", "{0} and the {1}."),
        ("en", "The UN's milk.", "The {0}'s milk."),
        ("en", "I said: Whoever.", "I said: Whoever."),
        ("en", "I like Ljubljana 7 times, Ljubljana!", "I like {0} {1} times, {0}!"),
        ("de", "I like Ljubljana.", "I like Ljubljana."),
    ],
)
def test_names_that_are_not_known_are_copied(language: str, text: str, read: str) -> None:
    network = Echo()
    assert translate(text, tiny.translator(network, source=language)).text == text
    (((row,), _),) = network.searched
    assert tiny.subword_coder().decode(row) == read.format(*PLACEHOLDERS)


@pytest.mark.parametrize("text", ["NATO", "BBC!", "UNESCO.", "X7Y9Z", "user_name?"])
def test_an_abbreviation_or_an_identifier_alone_never_sees_the_network(text: str) -> None:
    network = Echo()
    assert translate(text, tiny.translator(network)).text == text
    assert network.searched == []


@pytest.mark.parametrize(
    ("text", "read", "said", "shown"),
    [
        ("Milk", "Milk!", "Lait !", "Lait"),
        ("the film", "the film!", "Le film !", "le film"),
        ("- Milk\n", "Milk!", "\u00a1Leche!", "- Leche\n"),
        ("MILK AND STARS", "Milk and stars!", "Du lait !", "DU LAIT"),
        ("Film 7", "Film {0}!", "Film {0} !", "Film 7"),
        ("Milk.", "Milk.", "Lait !", "Lait !"),
        ("I like this milk", "I like this milk", "Lait !", "Lait !"),
        ("Milk,", "Milk!", "Lait !", "Lait,"),
        ("the film:", "the film!", "Le film !", "le film :"),
        ("I like this milk,", "I like this milk,", "Lait,", "Lait,"),
        (f"{'a' * 21} milk", f"{'a' * 21} milk", "Lait !", "Lait !"),
    ],
)
def test_a_few_words_without_a_mark_are_read_as_if_exclaimed(text: str, read: str, said: str, shown: str) -> None:
    rows = tiny.subword_coder().encode([said.format(*PLACEHOLDERS)])
    network = Echo(lambda row, beam: rows)
    assert translate(text, tiny.translator(network, ending=True)).text == shown
    (((row,), _),) = network.searched
    assert tiny.subword_coder().decode(row) == read.format(*PLACEHOLDERS)


def test_german_nouns_stay_large() -> None:
    network = Echo(lambda row, beam: tiny.subword_coder().encode(["Milch!"]))
    assert translate("milk", tiny.translator(network, target="de", ending=True)).text == "Milch"


@pytest.mark.parametrize("text", ["\u24b6", "\u2163", "\U0001d400"])
def test_signs_that_have_a_case_are_no_words(text: str) -> None:
    assert translate(text).text == text


def test_a_network_that_knows_headings_reads_them_as_they_are() -> None:
    network = Echo()
    translate("Milk", tiny.translator(network))
    (((row,), _),) = network.searched
    assert tiny.subword_coder().decode(row) == "Milk"


def test_a_network_that_reads_backwards() -> None:
    plain, turned = Echo(), Echo()
    for network, backwards in ((plain, False), (turned, True)):
        translate("I like 20 of them.", tiny.translator(network, reversed=backwards))
    assert turned.searched[0][0][0] == plain.searched[0][0][0][::-1]


def test_a_network_of_small_letters() -> None:
    assert translate("I Like MILK.", tiny.translator(lowercase=True)).text == "i like milk."
    assert translate("See http://X.org/AbC!", tiny.translator(lowercase=True)).text == "see http://X.org/AbC!"
    assert translate("\u0130 See AF447!", tiny.translator(lowercase=True)).text.endswith("see af447!")


@pytest.mark.parametrize(("text", "read"), [("ÇA VA BIEN.", "ça va bien."), ("Ça va bien.", "ça va bien.")])
def test_capitals_are_known_if_their_small_letters_are(text: str, read: str) -> None:
    network = Echo()
    answer = translate(text, tiny.translator(network))
    (((row,), _),) = network.searched
    assert tiny.subword_coder().decode(row) == read
    assert (answer.text, answer.warnings) == (text, [])


def test_names_count_among_the_things_to_copy() -> None:
    names = "Anastasia, Beatrix, Cornelius, Dimitri, Evangeline, Fitzgerald, Gwendolyn, Hieronymus, Isidor"
    answer = translate(f"I like {names} and milk.", tiny.translator(max_tokens=200))
    assert answer.warnings == ["1 sentence of more than 200 tokens or 8 copied spans translated in 2 parts"]


NAMES = Names(
    tiny.subword_coder(),
    small=["whoever", "unfortunately", "conditions", "mr"],
    translated=["Ljubljana", "Friday", "Mr", "Mrs"],
)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Giuseppe is on Friday in Ljubljana.", "{0} is on Friday in Ljubljana."),
        ("Unfortunately, Giuseppe is.", "Unfortunately, {0} is."),
        ('I said: "Anastasia is."', 'I said: "{0} is."'),
        ("Mr. Smithson and Mrs. Robinson-Jones.", "{0} and {1}."),
        ("Whoever Follows Conditions Unfortunately", "Whoever {0} conditions unfortunately"),
        ("I know, Whoever!", "I know, {0}!"),
        ("Mr. Whoever is", "{0} is"),
        ("I know Whoever", "I know {0}"),
        ("WHOEVER FOLLOWS NASA, FRIDAY.", "Whoever {0} {1}, Friday."),
    ],
)
def test_names_are_what_was_never_learned_in_small_letters_nor_translated(text: str, read: str) -> None:
    network = Echo()
    model = Translator(tiny.config(), tiny.subword_coder(), network, NAMES)
    translate(text, model)
    (((row,), _),) = network.searched
    assert tiny.subword_coder().decode(row) == read.format(*PLACEHOLDERS)


def test_in_german_nothing_is_told_by_capitals() -> None:
    network = Echo()
    translate("WHOEVER FOLLOWS NASA.", Translator(tiny.config(source="de"), tiny.subword_coder(), network, NAMES))
    (((row,), _),) = network.searched
    assert tiny.subword_coder().decode(row) == "Whoever follows nasa."


def test_a_network_that_knows_no_placeholders_reads_codes() -> None:
    network = Echo()
    text = "Write to a@b.org or c@d.org, Ljubljana has 3 trains and {n}."
    answer = translate(text, tiny.translator(network, codes=True))
    (((tokens,), _),) = network.searched
    assert tiny.subword_coder().decode(tokens) == "Write to XX1 or XX2, Ljubljana has 3 trains and XX3."
    assert (answer.text, answer.warnings) == (text, [])


def test_a_code_in_a_text_is_copied_itself() -> None:
    text = "Take XX2 and a@b.org."
    assert translate(text, tiny.translator(codes=True)).text == text


def test_a_list_of_names_with_only_a_bracket_behind_it_comes_back() -> None:
    text = "Betty, Charles, Eva, Harry, and Irene)."
    assert translate(text, tiny.translator(Echo())).text == text
