"""Puts the translations of a sentence together from those of all that was read of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seqserve.translation.beam_search import Hypothesis, together
from seqserve.translation.markup import nested
from seqserve.translation.sentences import short_texts
from seqserve.translation.sentences.coder import SentenceCoder
from seqserve.translation.sentences.sentence import Candidate, Sentence


def candidates(
    coder: SentenceCoder, sentences: Sequence[Sentence], found: Sequence[list[Hypothesis]]
) -> list[list[Candidate]]:
    """What the translation of each sentence that has tokens may be, the best first.

    Args:
        found: hypotheses of all rows of the sentences, see `Sentence.rows`.
    """
    hypotheses = iter(found)
    return [_written(coder, sentence, hypotheses) for sentence in sentences if sentence.tokens]


def _written(coder: SentenceCoder, sentence: Sentence, hypotheses: Iterator[list[Hypothesis]]) -> list[Candidate]:
    """What the translation of one sentence may be, whose rows the next hypotheses are of."""
    own = next(hypotheses)
    parts = [coder.write(part, next(hypotheses))[0].text if part.tokens else part.unread for part in sentence.parts]
    readings = [(reading, next(hypotheses)) for reading in sentence.readings]
    words = [[_item(coder, item, hypotheses) for item in part.sentences] for part in sentence.inside]
    inside = [part.joined(list(map(_text, found))) for part, found in zip(sentence.inside, words, strict=True)]
    found = coder.write(sentence, own, parts, inside)
    nested_words = [item.hypothesis for items in words for item in items if isinstance(item, Candidate)]
    found = [one._replace(hypothesis=together([one.hypothesis, *nested_words])) for one in found]
    if readings:
        others = [coder.write(reading, hypothesis, (), inside) for reading, hypothesis in readings]
        found = short_texts.chosen([found, *others], sentence.marked)
    if sentence.items:
        items = [_item(coder, item, hypotheses) for item in sentence.items.sentences]
        found = short_texts.listed(found, sentence.items, items)
    if sentence.listed:
        other = _written(coder, sentence.listed, hypotheses)
        found = found if nested.is_kept(found[0].text, sentence.plain) else [*other, *found]
    return found


def _item(coder: SentenceCoder, item: Sentence, hypotheses: Iterator[list[Hypothesis]]) -> Candidate | str:
    return _written(coder, item, hypotheses)[0] if item.tokens else item.unread


def _text(item: Candidate | str) -> str:
    return item if isinstance(item, str) else item.text
