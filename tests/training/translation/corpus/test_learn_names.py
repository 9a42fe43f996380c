from __future__ import annotations

import json

import pytest

from seqserve.translation import subword_tokenizer
from seqserve.translation.copied_names import Names, missing
from seqserve.translation.subword_tokenizer import Subwords
from testing.tiny.translation import subword_coder
from training.translation.corpus import learn_names
from training.translation.corpus.pairs import Pairs

CODER = subword_coder()
PAIRS = [
    *[("I go unfortunately to Germany on Friday with Giuseppe.", "Je vais en Allemagne avec Giuseppe vendredi.")] * 3,
    *[("I was in Germany.", "J'étais en Allemagne."), ("I sleep on Friday.", "Je dors vendredi.")],
    *[("I go to Boston on occasion.", "Je vais à Boston.")] * 2,
    ("Yesterday unusually.", "Hier, en haut."),
]


def test_what_is_learned_of_names() -> None:
    asked: list[str] = []

    def translated(names: Names, sentences: list[str]) -> list[str]:
        """A network that knows Germany and not Friday."""
        asked.extend(sentences)
        return ["En Allemagne avec Giuseppe jeudi." if "Germany" in sentence else "Jeudi." for sentence in sentences]

    pairs = Pairs([source for source, _ in PAIRS], [target for _, target in PAIRS])
    found = json.loads(learn_names.learned(CODER, pairs, pairs, translated).to_json())
    assert found["translated"] == ["Germany"]
    assert "I sleep on Friday." in asked
    assert "unfortunately" in found["small"]
    assert "unusually" not in found["small"], "once may be a slip"
    assert not [word for word in found["small"] if len(CODER.encode([word])[0]) == 1]


def test_how_names_are_rendered_is_learned() -> None:
    said = [("She saw Mary in London.", "À Londres, elle vit Marie."), ("He likes London.", "Il aime Londres.")] * 8
    said += [("It was in May.", "Elle vit en mai, Il aime."), ("She saw Mondays.", "À lundi, elle.")] * 8
    pairs = Pairs([source for source, _ in said], [target for _, target in said])
    found = json.loads(
        learn_names.learned(CODER, pairs, pairs, lambda names, sentences: [""] * len(sentences)).to_json()
    )
    assert {word: forms for word, forms in found["rendered"].items() if word.istitle()} == {
        "London": ["Londres"],
        "Mary": ["Marie"],
        "May": ["mai"],
        "Mondays": ["lundi"],
    }


def test_what_words_become_is_learned_if_it_holds_for_other_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    said = [("I see a cat.", "Je vois un chat."), ("She feeds a cat.", "Elle nourrit un chat.")] * 4
    said += [("My cat sleeps.", "Ma chatte dort."), ("I see a dog.", "Je vois un chien."), ("It is.", "Un.")] * 4
    pairs = Pairs([source for source, _ in said], [target for _, target in said])

    def learned(validation: Pairs) -> Names:
        return learn_names.learned(CODER, pairs, validation, lambda names, sentences: [""] * len(sentences))

    names = learned(pairs)
    assert names.rendered("Cat of mine") == {"cat": ["chat"]}
    assert missing(names.rendered("The cat"), "La chatte") == []
    assert missing(names.rendered("The cat"), "Le chien") == ["cat"]
    assert learned(Pairs(["A cat."], ["Un matou."])).rendered("the cat") == {}
    assert "100.0% of held-out sentences lack one: too many" in capsys.readouterr().out


def test_a_word_that_gets_an_accent_only_is_a_name() -> None:
    pairs = Pairs(["I counted Giuseppa here."] * 3, ["J'ai compté Giuséppa ici, DCOUNT."] * 3)
    names = learn_names.learned(CODER, pairs, pairs, lambda names, sentences: ["Giuséppa DCOUNT"] * len(sentences))
    assert json.loads(names.to_json())["translated"] == []


def test_words_of_the_vocabulary_that_hardly_a_sentence_had_are_unlearned() -> None:
    coder = Subwords(subword_tokenizer.fit(["Thomas le Tom house vu Monday"] * 20, 300))
    pairs = Pairs([*["Tom is in the house."] * 8, "Thomas is vu."], ["Tom est l\u00e0."] * 9)
    found = json.loads(
        learn_names.learned(coder, pairs, pairs, lambda names, sentences: [""] * len(sentences)).to_json()
    )
    assert {"Thomas", "vu", "le"} <= set(found["unlearned"])
    assert not {"Tom", "house", "Monday"} & set(found["unlearned"])
