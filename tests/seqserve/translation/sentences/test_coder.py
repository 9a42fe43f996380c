"""What a network reads of a sentence, and what becomes of its answer, with a vocabulary that lacks signs."""

from __future__ import annotations

import pytest

from seqserve.translation import subword_tokenizer
from seqserve.translation.beam_search import Hypothesis
from seqserve.translation.copied_names import Names
from seqserve.translation.lexicon import Lexicon
from seqserve.translation.markup.placeholders import PLACEHOLDERS
from seqserve.translation.sentences.coder import SentenceCoder
from seqserve.translation.subword_tokenizer import Subwords


def test_brackets_stand_apart_for_the_network_and_touch_their_words_again() -> None:
    coder = SentenceCoder(Subwords(subword_tokenizer.fit(["I really like it."] * 10, 300)), "en", "fr")
    sentence = coder.read("I (really) like [it].")
    assert sentence.marked == "I {} really {} like {} it {}.".format(*PLACEHOLDERS)
    (answer,) = coder.write(sentence, [Hypothesis(sentence.tokens, 0.0)])
    assert answer.text == "I (really) like [it]."
    assert coder.read("I ( really ) like [ it ].").marked == sentence.marked


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("I like it\u2014really.", "I like it {0} really."),
        ('I like<img src="x">it.', "I like {0} it."),
        ("I like\u2014it \u2014 really.", "I like{0}it {0} really."),
        ("I like it\u2014", "I like it{0}"),
        ("it7it", "{0}"),
    ],
)
def test_signs_between_words_stand_apart_for_the_network_and_touch_them_again(text: str, read: str) -> None:
    coder = Subwords(subword_tokenizer.fit(["I really like it."] * 10, 300))
    sentences = SentenceCoder(coder, "en", "fr")
    sentence = sentences.read(text)
    assert sentence.marked == read.format(*PLACEHOLDERS)
    (answer,) = sentences.write(sentence, [Hypothesis(coder.encode([sentence.marked])[0], 0.0)])
    assert answer.text == text


@pytest.mark.parametrize(("said", "shown"), [("I am!", "I am"), ("Monday!", "Monday"), ("It is!", "it is")])
def test_what_is_always_large_in_english_stays_so(said: str, shown: str) -> None:
    coder = Subwords(subword_tokenizer.fit(["I am here on Monday. It is, it is, je suis, lundi!"] * 10, 300))
    sentences = SentenceCoder(coder, "fr", "en", ending=True)
    (answer,) = sentences.write(sentences.read("je suis"), [Hypothesis(coder.encode([said])[0], 0.0)])
    assert answer.text == shown


def test_a_span_does_not_touch_words_that_it_did_not_touch() -> None:
    coder = Subwords(subword_tokenizer.fit(["I really like it."] * 10, 300))
    sentences = SentenceCoder(coder, "en", "fr")
    sentence = sentences.read("I like 5 really.")
    tokens = coder.encode([f"I like{PLACEHOLDERS[0]}really."])[0]
    (answer,) = sentences.write(sentence, [Hypothesis(tokens, 0.0)])
    assert answer.text == "I like 5 really."


def test_words_with_a_capital_only_have_it_in_a_sentence_in_capitals() -> None:
    coder = Subwords(subword_tokenizer.fit(["I live in London, in the US."] * 20, 300))
    sentence = SentenceCoder(coder, "en", "de").read("I LIVE IN LONDON, IN THE US.")
    assert sentence.uppercase
    assert sentence.marked == "I live in London, in the US."


@pytest.mark.parametrize(
    ("text", "read", "said", "answer"),
    [
        ("I like it\u2026", "I like it\u2026", "it!", "It\u2026"),
        ("I really like it...", "I really like it.", "it really.", "it really..."),
        ("I really like it?!", "I really like it?", "it really ?", "it really ?!"),
        ("it!!!", "it!", "it !", "it !!!"),
        ("...", "...", "it", "..."),
    ],
)
def test_an_ellipsis_and_several_marks_come_back_as_they_were(text: str, read: str, said: str, answer: str) -> None:
    coder = Subwords(subword_tokenizer.fit(["I really like it. it? it! \u00e9"] * 10, 300))
    sentences = SentenceCoder(coder, "en", "fr")
    sentence = sentences.read(text)
    if sentence.tokens and not read.endswith("\u2026"):
        assert sentence.marked == read
    found = sentences.write(sentence, [Hypothesis(coder.encode([said])[0], 0.0)])[0].text if sentence.tokens else text
    assert found.lower() == answer.lower()


def test_quoted_words_and_long_lists_are_read_apart() -> None:
    coder = Subwords(subword_tokenizer.fit(['We really like a dog, a cat and the so "big" cow.'] * 20, 400))
    sentences = SentenceCoder(coder, "en", "fr")
    sentence = sentences.read('We like the "big" cow.')
    assert [row.marked for row in sentence.rows] == [f"We like the {PLACEHOLDERS[0]} cow.", "big"]
    tokens = coder.encode([f"cow {PLACEHOLDERS[0]}."])[0]
    (answer,) = sentences.write(sentence, [Hypothesis(tokens, 0.0)], (), ["\u00ab grand \u00bb"])
    assert answer.text == "cow \u00ab grand \u00bb."
    listing = sentences.read("We like a dog, a cat, a cow and a dog.")
    assert [row.marked for row in listing.rows][1:] == [
        f"We like {PLACEHOLDERS[0]}.",
        "a dog",
        "a cat",
        "a cow",
        "a dog",
    ]


def test_a_hypothesis_with_the_names_of_its_sentence_comes_first() -> None:
    coder = Subwords(subword_tokenizer.fit(["We met in Paris.", "We met in London.", "Nous."] * 20, 300))
    sentences = SentenceCoder(
        coder, "en", "fr", names=Names(coder, rendered={"London": ["Londres"], "Paris": ["Paris"]})
    )
    sentence = sentences.read("We met in London.")
    said = coder.encode(["Nous.", "Nous Paris.", "Nous Londres."])
    found = sentences.write(sentence, [Hypothesis(tokens, -1.0 - rank) for rank, tokens in enumerate(said)])
    assert [candidate.text for candidate in found] == ["Nous Londres.", "Nous.", "Nous Paris."]
    assert [sentence.missing(candidate.text) for candidate in found] == [[], ["London"], ["London"]]


@pytest.mark.parametrize(
    ("forms", "translation", "missing"),
    [
        (["anglais"], "Elles sont anglaises.", False),
        (["anglais"], "Elles sont angl.", True),
        (["lundi"], "Les lundis.", False),
        (["Uni"], "Le Royaume-Uni.", False),
        (["Mary", "Marie"], "C'est Marie.", False),
        (["Tom"], "C'est Tim.", True),
    ],
)
def test_a_name_is_there_in_any_of_its_forms(forms: list[str], translation: str, missing: bool) -> None:
    coder = Subwords(subword_tokenizer.fit(["Mary is here."] * 10, 300))
    sentence = SentenceCoder(coder, "en", "fr", names=Names(coder, rendered={"Mary": forms})).read("Mary is here.")
    assert sentence.missing(translation) == (["Mary"] if missing else [])


def test_a_hypothesis_of_words_comes_before_one_of_what_is_none() -> None:
    coder = Subwords(subword_tokenizer.fit(["I like it. Je les aime, pantalons, pantaleurs."] * 20, 300))
    sentences = SentenceCoder(coder, "en", "fr", lexicon=Lexicon.of(["je", "les", "aime", "pantalons"]))
    sentence = sentences.read("I like it.")
    said = coder.encode(["Je les pantaleurs.", "Je like pantalons."])
    found = sentences.write(sentence, [Hypothesis(tokens, -1.0 - rank) for rank, tokens in enumerate(said)])
    assert [(candidate.text, candidate.made_up) for candidate in found] == [
        ("Je like pantalons.", ()),
        ("Je les pantaleurs.", ("pantaleurs",)),
    ]
