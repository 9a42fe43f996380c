from __future__ import annotations

import pytest

from seqserve.translation import subword_tokenizer
from seqserve.translation.sentences.coder import SentenceCoder
from seqserve.translation.subword_tokenizer import Subwords
from seqserve.translation.wordings.phrases import Phrases, key

PHRASES = Phrases({"cancel": "annuler", "save as": "Enregistrer sous", "on/off": "Marche/Arr\u00eat"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Cancel", "Annuler"),
        ("cancel", "annuler"),
        ("SAVE AS", "ENREGISTRER SOUS"),
        ("save as", "enregistrer sous"),
        ("On/off", "Marche/Arr\u00eat"),
        ("Save as:", "Enregistrer sous"),
        ("Cancel!", None),
        ("Cancel it", None),
        ("", None),
        ("_Cancel", None),
    ],
)
def test_a_phrase_is_found_with_its_capitals(text: str, found: str | None) -> None:
    assert PHRASES.find(text) == found
    assert Phrases.from_json(PHRASES.to_json()).find(text) == found


def test_a_key_has_neither_capitals_nor_a_colon() -> None:
    assert key("File name:") == key("file name :") == "file name"
    assert key("a, b") is None


def test_a_network_does_not_read_what_is_known() -> None:
    coder = SentenceCoder(Subwords(subword_tokenizer.fit(["I like it."] * 10, 300)), "en", "fr", phrases=PHRASES)
    sentence = coder.read("<b>Cancel</b>...")
    assert sentence.rows == []
    assert coder.read("Cancel\u2026").unread == "Annuler\u2026"
    assert coder.read("Save as:").unread == "Enregistrer sous :"
    assert coder.read("Cancel it").rows != []


def test_what_is_known_may_be_a_label() -> None:
    coder = SentenceCoder(Subwords(subword_tokenizer.fit(["I like it."] * 10, 300)), "en", "fr", phrases=PHRASES)
    assert coder.is_label("CANCEL")
    assert coder.is_label("save as")
    assert not coder.is_label("He said")


@pytest.mark.parametrize("content", [b"[]", b'{"a": 1}', b"no JSON"])
def test_damaged_phrases_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"object|Expecting"):
        Phrases.from_json(content)
