"""The warnings of a translation, for who sent the text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from seqserve.core.messages import counted
from seqserve.translation.markup.placeholders import MARK, PLACEHOLDERS
from seqserve.translation.sentences.sentence import Candidate, Sentence

_NUMBER = re.compile(r"\d+\.\d+|\d{3,}")
"""Numbers that are not written as words: those of three digits or more, and decimal ones."""
_GROUPED = re.compile(r"(?<=\d)[.,' \u00a0\u202f](?=\d{3}(?!\d))")
_WORD = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u4e00-\u9fff]")
"""Letters of languages that write no spaces between words."""
_SHORT = 0.4
"""Words of a translation for each word of its sentence; languages that say much with one word have more than half."""
_FEW = 4
"""Words of a sentence; of a shorter one only a translation without any word is short."""
_LISTED = 10
"""Numbers of sentences that a warning lists, at most."""


def of_reading(sentences: Sequence[Sentence], divided: Sequence[int], max_tokens: int) -> list[str]:
    """What was done to sentences before they were translated.

    Args:
        divided: the parts of each sentence that was too long.
        max_tokens: that a sentence may have.
    """
    found = []
    if divided:
        limits = f"{max_tokens} tokens or {len(PLACEHOLDERS)} copied spans"
        found.append(f"{counted(len(divided), 'sentence')} of more than {limits} translated in {sum(divided)} parts")
    if foreign := sum(sentence.foreign for sentence in sentences):
        found.append(f"{counted(foreign, 'word')} in letters that the model does not know copied")
    if unknown := sum(sentence.unknown for sentence in sentences):
        found.append(f"{counted(unknown, 'sign')} that the model does not know may be missing")
    return found


def of_translation(chosen: Sequence[Candidate]) -> list[str]:
    """What translations lack."""
    found = []
    if around := sum(candidate.around for candidate in chosen):
        found.append(f"tags within {counted(around, 'sentence')} set around the whole of it")
    if lost := sum(candidate.lost for candidate in chosen):
        found.append(f"{counted(lost, 'copied span')} set about where the sentence has them, for want of a place")
    if cut := sum(not candidate.hypothesis.ended for candidate in chosen):
        found.append(f"translation of {counted(cut, 'sentence')} cut, as it would not end")
    return found


def lost(sentence: Sentence, translation: str) -> list[str]:
    """Words of a sentence, and numbers that are not written as words, that its translation lacks."""
    read, written = (_GROUPED.sub("", text).replace(",", ".") for text in (sentence.marked, translation))
    numbers = [number for number in _NUMBER.findall(read) if number not in written]
    return [*sentence.missing(translation), *numbers]


def of_loss(missing: Sequence[Sequence[str]]) -> list[str]:
    """That translations lack something.

    Args:
        missing: from each of them.
    """
    every = dict.fromkeys(word for words in missing for word in words)
    return [f"not found in the translation: {', '.join(list(every)[:_LISTED])}"] if every else []


def of_words(chosen: Sequence[Candidate]) -> list[str]:
    """That translations have words that are none."""
    made_up = list(dict.fromkeys(word for candidate in chosen for word in candidate.made_up))
    return [f"no words of the language, so likely wrong: {', '.join(made_up[:_LISTED])}"] if made_up else []


def of_length(sentences: Sequence[Sentence], chosen: Sequence[Candidate]) -> list[str]:
    """That translations have far fewer words than their sentences, as where a network leaves some out.

    Args:
        sentences: those that the network read.
    """
    pairs = zip(sentences, chosen, strict=True)
    count = sum(
        _is_short(MARK.sub(" ", sentence.marked), _without(candidate.text, sentence)) for sentence, candidate in pairs
    )
    if not count:
        return []
    one = "the translation of 1 sentence is" if count == 1 else f"the translations of {count} sentences are"
    return [f"{one} much shorter than the text, so words may be missing"]


def _is_short(read: str, written: str) -> bool:
    if _UNSPACED.search(read + written):
        return False
    words, found = len(_WORD.findall(read)), len(_WORD.findall(written))
    return found < _SHORT * words if words >= _FEW else found == 0 < words


def _without(text: str, sentence: Sentence) -> str:
    """A translation without what was copied to it."""
    for span in sentence.spans:
        text = text.replace(span, " ", 1)
    return text


def of_address(others: Sequence[int], wanted: str | None) -> list[str]:
    """That sentences do not say "you" as the others do, or as was asked for.

    Args:
        others: which sentences with words, counted from 1.
    """
    if not others:
        return []
    which = f"{counted(len(others), 'sentence')} ({_listed(others)})"
    return [f"no {wanted} wording found for {which}" if wanted else f"{which} not as formal as the others"]


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:_LISTED])) + (", ..." if len(numbers) > _LISTED else "")


def of_doubt(doubtful: Sequence[int], count: int) -> list[str]:
    """That translations are likely wrong.

    Args:
        doubtful: which sentences, counted from 1.
        count: how many sentences the text has.
    """
    if not doubtful:
        return []
    numbers = _listed(doubtful)
    of = "" if count == 1 else f" {numbers} of {count}" if len(doubtful) < count else f", all {count},"
    one = f"{'the ' if count == 1 else ''}sentence{of} is" if len(doubtful) == 1 else f"sentences{of} are"
    return [f"{one} unlike what the model has learned, so the translation is likely wrong"]
