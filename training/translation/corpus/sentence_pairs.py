"""Texts and their translations as pairs of sentences."""

from __future__ import annotations

from collections.abc import Iterator

from seqserve.translation.sentences import splitter
from seqserve.translation.subword_tokenizer import tidied


def sentences_of(text: str, language: str) -> Iterator[str]:
    """The sentences of a text as the service translates them, without what stands between them."""
    return filter(None, map(tidied, splitter.split(splitter.segment(text, language)).sentences))


def sentence_pairs(text: str, translation: str, source: str, target: str) -> list[tuple[str, str]]:
    """The sentences of a text with those of its translation, in order; the two as they are if they have not as many."""
    pairs = list(sentences_of(text, source)), list(sentences_of(translation, target))
    return list(zip(*pairs, strict=True)) if len(pairs[0]) == len(pairs[1]) else [(text, translation)]
