from __future__ import annotations

import time
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from seqserve.sentiment import word_tokenizer
from seqserve.sentiment.word_tokenizer import Encoder, TextOptions
from testing import tiny

WORDS = ["good", "don't", "films", "fine", "café", "a", "stars", "und", "fein", "[NUM]", "[URL]", "!", ".", "&", "<"]
every_level = pytest.mark.parametrize("tokens", ["word", "bpe"])


@cache
def tokenizer(tokens: str = "word", lowercase: bool = True, fold: bool = True, vocabulary: int = 300) -> Tokenizer:
    options = TextOptions.model_validate(
        {
            "tokens": tokens,
            "vocabulary": vocabulary,
            "lowercase": lowercase,
            "fold_numbers": fold,
            "fold_addresses": fold,
        }
    )
    return word_tokenizer.fit([*tiny.SENTENCES, " ".join(WORDS), "Good 7 www.x.org"] * 2, options)


def normal(raw: str, lowercase: bool = True, fold: bool = True) -> str:
    """What is left of a text, with single spaces."""
    return " ".join(tokenizer("word", lowercase, fold).normalizer.normalize_str(raw).split())


@pytest.mark.parametrize(
    ("raw", "left"),
    [
        ("<b>Good</b><br/>film<br />!<p class='a b'>", "good film !"),
        ("one<!-- two -->three", "one three"),
        ("a < b, b > a, I <3 it", "a < b, b > a, i <3 it"),
        ("R&amp;B &lt;3 &quot;it&#39;s&quot;&nbsp;fine", 'r&b <3 "it\'s" fine'),
        ("&amp;lt; is written for &lt;", "&lt; is written for <"),
        ("don&rsquo;t&hellip;stop&#8212;now", "don't stop now"),
        ("ﬁne ｗｉｄｅ cafe\u0301", "fine wide café"),
        ("so\u00adlution wo\u200drd ❤️ \ufefffilm", "solution word ❤ film"),
        ("one\u200btwo\x00three\x1b[0m\ue000four", "one two three [0m four"),
        (" \t\r\n\u00a0\u2003\u3000", ""),
        ("ΣΟΦΌ ГОРОД", "σοφό город"),
    ],
)
def test_normalising(raw: str, left: str) -> None:
    assert normal(raw, fold=False) == left


@pytest.mark.parametrize(
    ("raw", "left"),
    [
        ("20 stars, 3,000.50 or 1/2, 20:30, ٣", "[NUM] stars, [NUM] or [NUM], [NUM], [NUM]"),
        ("A4 2nd 10m² B52s", "A4 2nd 10m2 B52s"),
        ("-5 and $5 and 5%", "-[NUM] and $[NUM] and [NUM]%"),
        ("See http://x.org/A?b=1 now", "See [URL] now"),
        ("HTTPS://X.ORG WWW.x.org", "[URL] [URL]"),
        ("<a href='http://x.org'>here</a>", "here"),
        ("mail me@x-y.co.uk.", "mail [URL]."),
        ("so proud http", "so proud [URL]"),
        ("http or https? httpd", "[URL] or https? httpd"),
        ("@me and me@ and a@b", "@me and me@ and a@b"),
    ],
)
def test_numbers_and_addresses_become_tokens(raw: str, left: str) -> None:
    assert normal(raw, lowercase=False) == left
    lower = normal(raw)
    assert lower == left.lower().replace("[num]", "[NUM]").replace("[url]", "[URL]")


@every_level
@pytest.mark.parametrize("lowercase", [True, False])
def test_a_folded_token_is_one_token_of_the_vocabulary(tokens: str, lowercase: bool) -> None:
    found = tokenizer(tokens, lowercase)
    (encoded,) = Encoder(found, 100).encode(["123 http://example.org/x"])
    assert encoded.ids.tolist() == [found.token_to_id(word_tokenizer.NUMBER), found.token_to_id(word_tokenizer.ADDRESS)]
    assert encoded.unknown == 0


@every_level
def test_a_token_s_name_in_a_text_is_no_unknown_token(tokens: str) -> None:
    (plain, named) = Encoder(tokenizer(tokens), 100).encode(["good", "[UNK] good"])
    assert plain.unknown == 0
    assert len(named.ids) > 2


@every_level
@pytest.mark.parametrize("lowercase", [True, False])
def test_a_stored_tokenizer_encodes_alike(tokens: str, lowercase: bool) -> None:
    fitted = tokenizer(tokens, lowercase)
    texts = [*tiny.SENTENCES, "<b>ﬁne &amp; cafe\u0301 7</b> www.x.org [UNK]", "", "\x00"]
    before = Encoder(fitted, 9).encode(texts)
    after = Encoder.from_json(fitted.to_str().encode(), 9).encode(texts)
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one.ids, other.ids)
        assert (one.tokens, one.head, one.unknown) == (other.tokens, other.head, other.unknown)


def test_long_texts_do_not_decide_the_vocabulary_alone() -> None:
    texts = ["good " + "film " * 50, "good day", "day"]
    options = TextOptions(vocabulary=16, vocabulary_characters=8)
    known = word_tokenizer.fit(texts, options).get_vocab()
    assert {"good", "day"} <= set(known)
    assert "film" not in known
    assert "film" in word_tokenizer.fit(texts, TextOptions(vocabulary=16)).get_vocab()


def test_fitting_twice_gives_the_same_tokenizer() -> None:
    options = TextOptions(tokens="bpe", vocabulary=100)
    assert word_tokenizer.fit(tiny.SENTENCES, options).to_str() == word_tokenizer.fit(tiny.SENTENCES, options).to_str()


@every_level
@pytest.mark.parametrize("lowercase", [True, False])
def test_the_vocabulary_keeps_to_its_size_and_is_numbered_without_gaps(tokens: str, lowercase: bool) -> None:
    fitted = tokenizer(tokens, lowercase, vocabulary=60)
    assert sorted(fitted.get_vocab().values()) == list(range(fitted.get_vocab_size()))
    assert fitted.get_vocab_size() <= 60
    assert fitted.token_to_id(word_tokenizer.UNKNOWN) == 0


@pytest.mark.parametrize("content", [b"", b"{}", b"[1", b"\xff", b'{"version": "1.0"}'])
def test_a_damaged_tokenizer_is_a_value_error(content: bytes) -> None:
    with pytest.raises(ValueError, match="tokenizer"):
        Encoder.from_json(content, 10)


def test_of_a_long_text_head_and_tail_are_kept() -> None:
    words = [f"good{'!' * (index % 2)}" for index in range(100)]
    whole = Encoder(tokenizer(), 1000).encode([" ".join(words)])[0]
    cut = Encoder(tokenizer(), 10).encode([" ".join(words)])[0]
    assert (cut.tokens, cut.head, len(cut.ids)) == (150, 2, 10)
    assert cut.ids.tolist() == [*whole.ids[:2], *whole.ids[-8:]]
    exact = Encoder(tokenizer(), 150).encode([" ".join(words)])[0]
    assert (exact.head, len(exact.ids)) == (150, 150)


def test_unknown_tokens_are_counted_in_all_of_a_text() -> None:
    (encoded,) = Encoder(tokenizer(), 4).encode(["good xyzzy xyzzy xyzzy good good xyzzy"])
    assert (encoded.tokens, encoded.unknown) == (7, 4)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("Good <b>film</b> &amp; it&#39;s fine", ["Good", "film", "&amp;", "it", "&#39;s", "fine"]),
        ("&quot;good&nbsp;&nbsp;film&quot;", ["&quot;", "good", "film", "&quot;"]),
        ("😀good 👍🏽 ❤️!", ["😀", "good", "👍🏽", "❤️", "!"]),
        ("<br>20 of 3,000.50<br/>", ["20", "of", "3,000.50"]),
        ("<p>http://x.org/?a=1&b=2 me@x.org.", ["http://x.org/?a=1&b=2", "me@x.org", "."]),
        ("cafe\u0301! so\u00adso \u200bﬁne\x00½ Ⅻ", ["cafe\u0301", "!", "so\u00adso", "ﬁne", "½", "Ⅻ"]),
        ("한국 \u1112\u1161\u11ab!", ["한국", "\u1112\u1161\u11ab", "!"]),
        ("فيلم جيد 很好 ﷺ", ["فيلم", "جيد", "很好", "ﷺ"]),
    ],
)
@every_level
def test_words_stand_where_they_are_in_the_raw_text(raw: str, words: list[str], tokens: str) -> None:
    found = Encoder(tokenizer(tokens), 1000).words(raw)
    assert [raw[word.start : word.end] for word in found] == words


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("It's fine, isn't it?", "It 's fine , is n't it ?"),
        ("it 's fine , is n't it ?", "it 's fine , is n't it ?"),
        ("They\u2019d\u2019ve DON\u2019T", "They \u2019d \u2019ve DO N\u2019T"),
        ("can't cannot 'said' n't", "ca n't cannot ' said ' n't"),
        ("l'homme o'neill's rock'n'roll", "l'homme o'neill 's rock'n'roll"),
    ],
)
def test_english_endings_are_words_as_in_texts_that_come_split(raw: str, words: str) -> None:
    found = Encoder(tokenizer(), 1000).words(raw)
    assert [raw[word.start : word.end] for word in found] == words.split()


pieces = st.sampled_from(
    [
        *WORDS,
        *("<br>", "<b class='x'>", "&amp;", "&nbsp;", "&hellip;", " ", "\n", "\u200b", "\x00"),
        *("e\u0301", "ﬁ", "7", "3.5", "http://x.org/a ", "me@x.org ", "😀", "👩‍👧", "❤️"),
        *("很好", "İ", "½", "ﷺ", "xyzzy", "n't", "n", "'", "'s", "\u2019t"),
    ]
)
raws = st.one_of(st.lists(pieces, max_size=30).map("".join), st.text(st.characters(exclude_categories=["Cs"])))


@every_level
@settings(max_examples=300, deadline=None)
@given(raw=raws, limit=st.integers(2, 20))
def test_words_hold_every_token_once_in_reading_order(raw: str, limit: int, tokens: str) -> None:
    encoder = Encoder(tokenizer(tokens), limit)
    (encoded,) = encoder.encode([raw])
    words = encoder.words(raw)
    assert [token for word in words for token in range(word.first, word.last)] == list(range(len(encoded.ids)))
    edges = [edge for word in words for edge in (word.start, word.end)]
    assert all(0 <= word.start < word.end <= len(raw) for word in words)
    if encoded.tokens <= limit:
        assert edges == sorted(edges)
    assert not [word for word in words if word.first < encoded.head < word.last]


@settings(max_examples=300, deadline=None)
@given(raw=st.lists(pieces, max_size=30).map(" ".join))
def test_a_word_s_stretch_of_the_raw_text_encodes_to_it(raw: str) -> None:
    encoder = Encoder(tokenizer(), 1000)
    (encoded,) = encoder.encode([raw])
    for word in encoder.words(raw):
        (alone,) = encoder.encode([raw[word.start : word.end]])
        assert alone.ids.tolist() == encoded.ids[word.first : word.last].tolist()


@pytest.mark.slow
@every_level
@pytest.mark.parametrize(
    "unit",
    [*"<&@1aé.\u0301😀", "a@", "1,", "a'", "<a", "<!--", "www.", "http://", "&amp;", "&#", "a.@", "a@1.", "[NUM]", "ﷺ"],
)
def test_time_grows_with_a_text_s_length_and_no_faster(unit: str, tokens: str) -> None:
    encoder = Encoder(tokenizer(tokens), 100)

    def seconds(characters: int) -> float:
        raw = (unit * characters)[:characters]
        best = float("inf")
        for _ in range(3):
            begin = time.process_time()
            encoder.encode([raw])
            best = min(best, time.process_time() - begin)
        return best

    short, long = seconds(10_000), seconds(80_000)
    assert long < 24 * short + 0.05, f"{short:.4f} s became {long:.4f} s"


@cache
def social() -> Tokenizer:
    texts = ["good :) :( :-d <3 😍 👍 sooo [USER] # love d: x it 's ! . ) bad"] * 2
    return word_tokenizer.fit(texts, TextOptions(social=True))


@pytest.mark.parametrize(
    ("raw", "tokens"),
    [
        ("good :) :( :-D <3", ["good", ":)", ":(", ":-d", "<3"]),
        ("&lt;3 it's >:( D: xD ^_^ T_T (: :'(", ["<3", "it", "'s", ">:(", "d:", "xd", "^_^", "t_t", "(:", ":'("]),
        (
            "8:30, note:dont (see: this) b: c",
            ["8", ":", "30", ",", "note", ":", "dont", "(", "see", ":", "this", ")", "b"],
        ),
        ("good :)))", ["good", ":)", ")", ")"]),
        ("sooooooo goooood 1000000", ["sooo", "goood", "1000000"]),
        ("@bob_1 hi a@b.com me@", ["[USER]", "hi", "[URL]", "me", "@"]),
        ("😍😍 👍🏽 ❤️ ★★ #LoveIt", ["😍", "😍", "👍", "❤", "★", "★", "#", "love", "it"]),
        ("http://x.org/a:b http:", ["[URL]", "http", ":"]),
    ],
)
def test_what_people_write_on_telephones_is_tokens(raw: str, tokens: list[str]) -> None:
    normalized = social().normalizer.normalize_str(raw)
    found = [token for token, _ in social().pre_tokenizer.pre_tokenize_str(normalized)]
    assert found[: len(tokens)] == tokens


@pytest.mark.parametrize(("raw", "known"), [("😍", 1), (":)", 1), ("!", 0), ("🤖", 0), ("good!", 1)])
def test_an_emoji_or_emoticon_is_known_as_a_word_is(raw: str, known: int) -> None:
    (encoded,) = Encoder(social(), 10).encode([raw])
    assert encoded.known == known


@pytest.mark.parametrize("sign", [":", ":-", "@", "@a", "<", "o", "T_", "=)", "^", "(: "])
def test_emoticons_take_time_in_proportion_to_a_text(sign: str) -> None:
    encoder = Encoder(social(), 10)

    def cost(count: int) -> float:
        begin = time.process_time()
        encoder.encode([sign * count])
        return time.process_time() - begin

    encoder.encode([sign])
    short = min(cost(10_000) for _ in range(3))
    assert cost(80_000) < 8 * 6 * max(short, 1e-3)


@pytest.mark.parametrize(
    ("raw", "left"),
    [
        ("so #LoveThis", "so #love this"),
        ("#Best2YearsEver!", "#best2 years ever!"),
        ("#NASA iPhone #fun", "#nasa iphone #fun"),
        ("https://a.example/b#FooBar page#FooBar", "[URL] page#foobar"),
    ],
)
def test_the_words_of_a_hashtag_are_set_apart(raw: str, left: str) -> None:
    assert social().normalizer.normalize_str(raw) == left


def test_the_words_of_a_hashtag_stand_where_they_are_in_the_raw_text() -> None:
    raw = "so #LoveThis"
    found = [raw[word.start : word.end] for word in Encoder(social(), 10).words(raw)]
    assert found == ["so", "#", "Love", "This"]
