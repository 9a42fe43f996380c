from __future__ import annotations

import pytest

from seqserve.translation.copied_names import Names, missing
from seqserve.translation.markup import placeholders
from seqserve.translation.markup.placeholders import PLACEHOLDERS
from testing.tiny.translation import subword_coder

CODER = subword_coder()


def test_stored_and_read_they_are_alike() -> None:
    names = Names(CODER, ["öre", "abc"], ["Été"], {"London": ["Londres"], "Mary": ["Mary", "Marie"]}, ["it"])
    assert Names.from_json(names.to_json(), CODER).to_json() == names.to_json()


def test_versions_of_before_do_not_say_how_names_are_rendered() -> None:
    assert Names.from_json(b'{"small": [], "translated": []}', CODER).rendered("London") == {}
    with pytest.raises(ValueError, match="has not the lists"):
        Names.from_json(b'{"small": [], "translated": [], "rendered": ["London"]}', CODER)


@pytest.mark.parametrize("word", ["Giuseppe", "a" * 50_000, "A-" * 20_000, "Aa-" * 10_000, "O'" * 20_000])
def test_long_words_take_no_time(word: str) -> None:
    spans: list[str] = []
    marked = Names(CODER, ["abc"]).hide(f"I know {word}", spans)
    assert marked.startswith("I know ")


@pytest.mark.parametrize(
    ("sentence", "read"),
    [
        ("I do NOT like it", "I do not like it"),
        ("I like IT here", "I like {0} here"),
        ("I like the UN here", "I like the {0} here"),
    ],
)
def test_short_upper_case_words_are_emphasised_if_they_were_learned_in_lower_case(sentence: str, read: str) -> None:
    assert Names(CODER, ["not", "it", "is"]).hide(sentence, []) == read.format(*PLACEHOLDERS)
    assert "not" not in Names(CODER).hide("I do NOT like it", [])


def test_what_the_vocabulary_has_but_no_sentence_had_is_a_name() -> None:
    word = next(word for word in ("It", "The", "You", "He") if len(CODER.encode([word])[0]) == 1)
    sentence = f"I saw {word} here"
    assert Names(CODER, ["abc"]).hide(sentence, []) == sentence
    spans: list[str] = []
    names = Names(CODER, ["abc"], unlearned=[word, word.lower()])
    names.hide(sentence, spans)
    assert spans == [word]
    assert names.capital(word.lower()) == word.lower()
    spans = []
    names.hide(sentence.upper(), spans, uppercase=True)
    assert word.upper() in spans


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("I met Charles de Gaulle here", ["Charles de Gaulle"]),
        ("I met Oscar de la Renta", ["Oscar de la Renta"]),
        ("See Barnes & Noble", ["Barnes & Noble"]),
        ("I met Charles de here", ["Charles"]),
        ("The LED is 5", ["LED"]),
    ],
)
def test_particles_are_parts_of_names(sentence: str, names: list[str]) -> None:
    spans: list[str] = []
    marked = Names(CODER, ["led", "met", "see", "here"]).hide(sentence, spans, particles={"de", "la", "&"})
    assert spans == names
    assert placeholders.show(marked, spans) == sentence


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Mark is here", ["Mark"]),
        ("Mark's car", ["Mark"]),
        ("Bill, come", ["Bill"]),
        ("Rose and Mary came", ["Rose", "Mary"]),
        ("I saw Will", ["Will"]),
        ("Will you come", []),
        ("Mark the page", []),
        ("Bills are here", []),
        ("What Will You Do", []),
        ("Will You Do", []),
    ],
)
def test_given_names_that_are_words_are_told_by_what_is_around_them(sentence: str, names: list[str]) -> None:
    spans: list[str] = []
    small = ["mark", "bill", "rose", "will", "bills", "saw", "mary"]
    Names(CODER, small).hide(sentence, spans)
    assert [span for span in spans if span in {"Mark", "Bill", "Rose", "Mary", "Will", "Bills"}] == names


@pytest.mark.parametrize(
    ("translation", "lost"),
    [
        ("Elle est n\u00e9e avec de l'or.", []),
        ("Ils sont n\u00e9s avec un ordinateur.", ["gold"]),
        ("Un n\u00e9gociant en or.", ["born"]),
        ("Une bonne n\u00e9e en or.", []),
    ],
)
def test_a_short_word_is_no_begin_of_another(translation: str, lost: list[str]) -> None:
    assert missing({"born": ["n\u00e9"], "gold": ["or"]}, translation) == lost
