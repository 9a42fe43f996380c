from __future__ import annotations

import re

from tokenizers import Regex, Tokenizer, models, pre_tokenizers

from seqserve.sentiment import word_spans


def found(raw: str, markup: str = "<[^>]*>") -> list[str]:
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"\w+|[^\w\s]"), "removed", invert=True)
    words = word_spans.find(raw, tokenizer.encode(raw), re.compile(markup))
    return [raw[word.start : word.end] for word in words]


def test_words_are_found_where_they_stand() -> None:
    assert found("One, two.") == ["One", ",", "two", "."]


def test_a_text_without_words_has_none() -> None:
    assert found(" \n") == []


def test_emoji_that_are_one_picture_are_one_word() -> None:
    family, flag, key, wave = "👩\u200d👩\u200d👧", "🇫🇷", "1\ufe0f\u20e3", "👋🏽"
    assert found(f"a {family}{flag} {key}, {wave}") == ["a", family, flag, key, ",", wave]
    assert found("😀😀 🇫") == ["😀", "😀", "🇫"]
