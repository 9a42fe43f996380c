from __future__ import annotations

import re

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from seqserve.sentiment import word_spans


def found(raw: str, markup: str = "<[^>]*>", dropped: str = "") -> list[str]:
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0}, unk_token="[UNK]"))
    if dropped:
        tokenizer.normalizer = normalizers.Replace(Regex(dropped), "")
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


def test_tones_of_skin_and_tags_of_flags_belong_to_their_emoji() -> None:
    thumb, scotland = "\U0001f44d\U0001f3fd", "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e007f"
    dropped = "[\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
    assert found(f"good{thumb}{thumb}good {scotland} a", dropped=dropped) == [
        "good",
        thumb,
        thumb,
        "good",
        scotland,
        "a",
    ]
