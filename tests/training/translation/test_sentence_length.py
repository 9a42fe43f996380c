from __future__ import annotations

import pytest

from seqserve.translation.predictor import TranslationQuery
from testing.tiny import translation as tiny
from testing.tiny.translation import Echo
from training.translation import sentence_length

SHORT = ["I like milk, and I like it.", "Why am I here, and where are stars?", "I like stars, and I like milk."]


@pytest.fixture(autouse=True)
def fewer_lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_length, "LENGTHS", (16, 32))
    monkeypatch.setattr(sentence_length, "_LEAST", 10)


def dropping(length: int) -> Echo:
    """A network that writes no more tokens than these, whatever it reads."""
    return Echo(lambda row, beam: [row[:length]])


def test_a_network_that_drops_words_of_long_sentences_reads_them_in_parts() -> None:
    texts = [
        ", and ".join(f"{'I like milk ' * 3}{number}" for number in range(start, start + 4)) for start in range(12)
    ]
    references = {f"{text}.": [f"{text}."] for text in texts}
    model = tiny.translator(dropping(24), beam=1, max_tokens=200)
    scores = sentence_length.chrf(model, references, seed=0)
    assert scores[16] > scores[None] + 5
    stated = sentence_length.stated(model, references, seed=0)
    assert stated.whole_tokens is not None
    assert stated.whole_tokens <= 32
    assert model.config.whole_tokens is None


def test_a_network_that_keeps_all_reads_them_whole() -> None:
    references = {f"{'I like milk and ' * 6}{number}.": [f"{'I like milk and ' * 6}{number}."] for number in range(12)}
    assert (
        sentence_length.stated(tiny.translator(Echo(), beam=1, max_tokens=200), references, seed=0).whole_tokens is None
    )


def test_short_sentences_are_joined_where_long_ones_are_few() -> None:
    texts = [f"I like milk and stars {number}." for number in range(60)]
    references = {text: [text] for text in texts}
    scores = sentence_length.chrf(tiny.translator(dropping(12), beam=1, max_tokens=200), references, seed=0)
    assert set(scores) == {*sentence_length.LENGTHS, None}
    assert sentence_length.chrf(tiny.translator(Echo(), beam=1), {"I like milk.": ["I like milk."]}, seed=0) == {}
    assert sentence_length.best({}) is None


@pytest.mark.parametrize(("length", "warned"), [(8, 0), (None, 0)])
def test_parts_of_a_sentence_that_is_not_too_long_are_no_warning(length: int | None, warned: int) -> None:
    model = tiny.translator(Echo(), beam=1)
    model.config = model.config.model_copy(update={"whole_tokens": length})
    text = "I like milk and stars, and I like it, and I am here."
    prepared = model.prepare(TranslationQuery(text))
    assert len(prepared.sentences) == (1 if length is None else 4)
    assert len(prepared.warnings) == warned
    (answer,) = model.predict([TranslationQuery(text)])
    assert getattr(answer, "text", None) == text
