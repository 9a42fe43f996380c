"""Sentence pairs made fit to learn from: text folded, what is no translation dropped and counted by reason."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from itertools import chain

from seqserve.translation.subword_tokenizer import tidied

Rows = list[tuple[str, str]]

_WORD = re.compile(r"[^\W_]")
_APOSTROPHE = re.compile(r"(?<=\w)[\u2018\u2019](?=\w)")
_QUOTED = re.compile(r"(?<=«) *(?=\S)|(?<=\S) *(?=»)")
_BEFORE = re.compile(r"(?<=[^\s!?;:\u203d(«]) *(?=[!?;\u203d](?!\w)|:(?!\S))")
_ENDS = " .,;:!?¿¡\u2026\u203d'\"\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f«»‹›()[]-\u2013\u2014。！？"
# Scripts that one language mixes.
_TOGETHER = {"HIRAGANA": "CJK", "KATAKANA": "CJK", "KATAKANA-HIRAGANA": "CJK"}
_SLACK = 10


@dataclass(frozen=True)
class Rules:
    """When a pair is dropped.

    Args:
        longest: characters on a side.
        ratio: of the lengths of its sides, once one has been scaled as the sides of the data differ, and 10
            characters have been added to both, so that 'Go.' may be 'Allez-y maintenant.'
    """

    longest: int = 300
    ratio: float = 2.5


RULES = Rules()


def clean(rows: Iterable[tuple[str, str]], rules: Rules = RULES, even_in: str | None = None) -> tuple[Rows, list[str]]:
    """The pairs to learn from, folded, and what was corrected and dropped, a line each.

    Dropped is a pair that has no letter or digit on a side, is too long, is the same on both sides and longer than
    two words, has sides of too unlike lengths, has a side in another script than the rest of that side, or is a
    repetition.

    Args:
        even_in: the language of the targets, if they are to be made `even`.
    """
    raw = list(rows)
    pairs = [(tidied(source), tidied(target)) for source, target in raw]
    corrected = sum(pair != (source.strip(), target.strip()) for pair, (source, target) in zip(pairs, raw, strict=True))
    report = [f"{corrected} pairs had odd white space or characters, folded"] if corrected else []
    if even_in:
        uneven, pairs = pairs, [(source, even(target, even_in)) for source, target in pairs]
        corrected = sum(pair != other for pair, other in zip(pairs, uneven, strict=True))
        report += (
            [f"{corrected} targets had other apostrophes or spaces at punctuation, made even"] if corrected else []
        )
    fault = _judge(pairs, rules)
    kept: dict[tuple[str, str], None] = {}
    dropped: Counter[str] = Counter()
    for pair in pairs:
        reason = "repeated" if pair in kept else fault(*pair)
        if reason:
            dropped[reason] += 1
        else:
            kept[pair] = None
    return list(kept), report + [f"{count} pairs dropped: {reason}" for reason, count in dropped.most_common()]


def _judge(pairs: Rows, rules: Rules) -> Callable[[str, str], str | None]:
    """What tells the reason to drop a pair, for data of these lengths and scripts."""
    sources, targets = zip(*pairs, strict=True) if pairs else ((), ())
    native = _scripts(sources), _scripts(targets)
    lengths = sum(map(len, sources)) or 1, sum(map(len, targets)) or 1
    # In the units of the wordier language, so that the slack is as generous whichever side that is.
    scales = max(1.0, lengths[1] / lengths[0]), max(1.0, lengths[0] / lengths[1])

    def fault(source: str, target: str) -> str | None:
        if not (_WORD.search(source) and _WORD.search(target)):
            return "a side without a word"
        if max(len(source), len(target)) > rules.longest:
            return f"more than {rules.longest} characters on a side"
        if key(source) == key(target) and sum(any(map(str.isalpha, word)) for word in source.split()) > 2:
            return "source and target are the same"
        length, other = len(source) * scales[0] + _SLACK, len(target) * scales[1] + _SLACK
        if max(length, other) > rules.ratio * min(length, other):
            return "sides of too unlike lengths"
        if _foreign(source, native[0]) or _foreign(target, native[1]):
            return "another script than the rest"
        return None

    return fault


def even(text: str, language: str) -> str:
    """A folded text that many hands wrote, written one way.

    Apostrophes within words become straight, as nearly all of Tatoeba's are. In French an ordinary space stands
    before ! ? ; and a closing colon, and inside « »: of Tatoeba's sentences two in three have that, the others a
    narrow or thin no-break space, a no-break space, or none.
    """
    text = _APOSTROPHE.sub("'", text)
    return _BEFORE.sub(" ", _QUOTED.sub(" ", text)) if language == "fr" else text


def key(text: str) -> str:
    """What is alike in sentences that count as the same: not case, white space, or the punctuation around them."""
    plain = tidied(text).casefold().replace("\u2019", "'")
    return plain.strip(_ENDS) or plain


def _scripts(texts: Iterable[str]) -> set[str]:
    """The scripts of a language: of the letters of its texts, they are a twentieth at least."""
    counts: Counter[str] = Counter()
    for character, count in Counter(chain.from_iterable(texts)).items():
        if character.isalpha():
            counts[_script(character)] += count
    return {script for script, count in counts.items() if count >= counts.total() / 20}


def _foreign(text: str, native: set[str]) -> bool:
    """Whether most letters are of no script of the language."""
    letters = [character for character in text if character.isalpha()]
    return 2 * sum(_script(letter) not in native for letter in letters) > len(letters)


@cache
def _script(letter: str) -> str:
    """LATIN, CYRILLIC, ARABIC, ...: how the name of the letter begins in Unicode."""
    name = unicodedata.name(letter, "").split(" ")[0]
    return _TOGETHER.get(name, name)
