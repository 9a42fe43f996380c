"""Terms that a translation must render as its reader wants them, such as `invoice` as "facture".

A term is hidden from the network behind a word with a number, which is copied like any such word, and comes back as
what the glossary has for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from seqserve.translation import determiners
from seqserve.translation.markup.copied_patterns import UNTRANSLATED

# Tags, addresses, code and templates hold no terms, nor do the words of an ICU message that say which branch it is.
_SKIPPED = (
    rf"(?-i:{UNTRANSLATED})|<[^<>]*>|https?://\S+|[^\s@]{{1,64}}@\S+"
    r"|\{\s*\w{1,60}\s*,\s*(?:plural|select|selectordinal)\b|\b(?:zero|one|two|few|many|other)\s*\{"
)
_FORMS = r"(?P<ending>(?:(?<=[sxzh])|(?<=[^aeiou\W])(?<=n))es|s|(?<=u)x)?"
"""Endings of a plural, in English and the Romance languages."""
_BEGIN = re.compile(r"(?:^|[.!?\u2026:\n>])[\s\"'\u00ab\u201c\u2018(\u00a1\u00bf]*\Z")
_INLINE_TAG = re.compile(r"<(?!br )[^<>]*>")
_CONTEXT = 300


@dataclass(frozen=True)
class Term:
    """A term as a text has it.

    Args:
        found: as it is written there.
        wanted: what the glossary has for it.
        large: it has a capital, or all capitals, that the glossary's has not.
        other_form: it has an ending that the glossary's has not.
        is_name: it is rendered as itself.
    """

    found: str
    wanted: str
    large: bool
    other_form: bool
    is_name: bool = False


@dataclass(frozen=True)
class Hidden:
    """A text without its terms.

    Args:
        prefix: what the words that stand for terms begin with.
        target: the language that it is translated to.
    """

    text: str
    terms: list[Term]
    prefix: str
    target: str = ""

    def restored(self, translation: str) -> tuple[str, list[str]]:
        """A translation of the text with its terms, and what its reader must know."""
        left = dict(enumerate(self.terms))

        def shown(word: re.Match[str]) -> str:
            number = int(word["number"])
            term = left.pop(number, None) or self.terms[number]
            determiner = word.groupdict().get("determiner")
            before = translation[max(0, word.start() - _CONTEXT) : word.start()]
            at_begin = not determiner and bool(_BEGIN.search(_INLINE_TAG.sub("", before)))
            cased = _cased(term, at_begin=at_begin)
            if not determiner or term.is_name:
                return word[0][: word.start("number") - word.start() - len(self.prefix) - 1] + cased
            return determiners.agreed(determiner, cased, self.target) + cased

        found = re.sub(rf"{determiners.pattern(self.target)}{self.prefix}_(?P<number>\d+)x", shown, translation)
        said = {f"glossary: no place for {term.wanted!r} in the translation": None for term in left.values()}
        for term in self.terms:
            if term.other_form:
                said[f"glossary: {term.found!r} is rendered as {term.wanted!r}; check its form"] = None
        return found, list(said)


class Glossary:
    """Terms and what they are rendered as; longer ones count first, and upper and lower case are alike.

    Args:
        target: the language that texts are translated to; its determiners agree with terms if it has rules for that.
    """

    def __init__(self, terms: Mapping[str, str], target: str = "") -> None:
        self._target = target.replace("_", "-").partition("-")[0].lower()
        self._exact = {_folded(term): wanted.strip() for term, wanted in terms.items()}
        self._lower = {term.lower(): (term, wanted) for term, wanted in self._exact.items()}
        known = sorted(self._lower, key=len, reverse=True)
        spelled = "|".join(r"\s+".join(map(re.escape, term.split())) for term in known)
        self._pattern = re.compile(rf"{_SKIPPED}|(?<![\w-])(?P<term>{spelled}){_FORMS}(?![\w-])", re.IGNORECASE)

    def hide(self, text: str) -> Hidden:
        """A text with words that stand for its terms."""
        prefix = next(prefix for prefix in ("G", "GG", "GX", "GZ", "GGG", *_more()) if f"{prefix}_" not in text)
        terms: list[Term] = []

        def hidden(match: re.Match[str]) -> str:
            if match["term"] is None:
                return match[0]
            terms.append(self._term(match["term"], match["ending"] or ""))
            return f"{prefix}_{len(terms) - 1}x"

        return Hidden(self._pattern.sub(hidden, text), terms, prefix, self._target)

    def _term(self, found: str, ending: str) -> Term:
        own, wanted = self._lower[_folded(found).lower()]
        wanted = self._exact.get(_folded(found), wanted)
        large = found[0].isupper() and not own[0].isupper() and _folded(found) not in self._exact
        return Term(found + ending, wanted, large, bool(ending), wanted == own)


def _cased(term: Term, *, at_begin: bool) -> str:
    """What a term is rendered as: in capitals like it, and with a capital at the begin of a sentence."""
    if term.large and term.found.isupper() and len(term.found) > 1:
        return term.wanted.upper()
    if at_begin and term.large:
        return term.wanted[:1].upper() + term.wanted[1:]
    return term.wanted


def _folded(term: str) -> str:
    return " ".join(term.split())


def _more() -> list[str]:
    return [f"G{letter}" for letter in "ABCDEFHIJKLMNOPQRSTUVWY"]
