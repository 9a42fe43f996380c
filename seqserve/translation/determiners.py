"""Determiners in front of a word that a translation got from a glossary: they take its gender, and lose their vowel.

A gender is told by the word's ending, and only where most words with it agree; of others it stays what it is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple


class _Forms(NamedTuple):
    masculine: str
    feminine: str
    elided: str = ""
    """In front of a vowel; nothing if that changes nothing."""


class _Rules(NamedTuple):
    forms: tuple[_Forms, ...]
    feminine: re.Pattern[str]
    masculine: re.Pattern[str]


_RULES = {
    "fr": _Rules(
        (
            _Forms("le", "la", "l'"),
            _Forms("un", "une"),
            _Forms("ce", "cette", "cet"),
            _Forms("mon", "ma", "mon"),
            _Forms("ton", "ta", "ton"),
            _Forms("son", "sa", "son"),
            _Forms("du", "de la", "de l'"),
            _Forms("au", "à la", "à l'"),
            _Forms("de", "de", "d'"),
            _Forms("que", "que", "qu'"),
        ),
        re.compile(
            r".*(?:[tsx]ion|(?<!squel)ette|[ea]nce|ture|erie|logie|(?<!mus)(?<!lyc)(?<!troph)ée|esse|ière|euse|trice"
            r"|(?<!com)(?<!tra)(?<!cô)ité|[bl]le|image|page|plage|enne|[au]nde|ude)"
        ),
        re.compile(r".*(?:age|ment|eau|isme|oir|ier|[^l]et|teur|scope|phone|al|ciel|icule|[aeio]n[td])"),
    ),
    "pt": _Rules(
        (
            _Forms("o", "a"),
            _Forms("um", "uma"),
            _Forms("este", "esta"),
            _Forms("esse", "essa"),
            _Forms("meu", "minha"),
            _Forms("seu", "sua"),
            _Forms("do", "da"),
            _Forms("no", "na"),
            _Forms("ao", "à"),
            _Forms("pelo", "pela"),
        ),
        re.compile(r".*(?:[çs]ão|dade|gem|(?<!m)(?<!map)(?<!di)a)"),
        re.compile(r".*(?:o|or|ema|grama|mento|el|al)"),
    ),
}
_VOWEL = re.compile(r"[aeiou\u0153]", re.IGNORECASE)


def agreed(determiner: str, word: str, language: str) -> str:
    """A determiner with the form that a word has behind it, and the blank between the two.

    Args:
        determiner: as the translation has it.
        word: one or several, of which the first has the gender.
    """
    rules = _RULES[language]
    lower = determiner.lower().replace("\u2019", "'")
    forms = next(forms for forms in rules.forms if lower in forms)
    noun = word.split()[0].lower()
    if lower == "a":  # in Portuguese an article, or "to"
        return f"{determiner} "
    found = lower if lower != forms.elided else forms.masculine
    if rules.feminine.fullmatch(noun):
        found = forms.feminine
    elif rules.masculine.fullmatch(noun):
        found = forms.masculine
    if forms.elided and _VOWEL.match(unicodedata.normalize("NFD", noun)):
        found = forms.elided
    found = found if determiner[0].islower() else found[0].upper() + found[1:]
    return found if found.endswith("'") else f"{found} "


def pattern(language: str) -> str:
    """What matches a determiner of a language and the blank behind it; nothing for a language without rules."""
    rules = _RULES.get(language)
    if rules is None:
        return ""
    words = sorted({form for forms in rules.forms for form in forms if form}, key=len, reverse=True)
    spelled = "|".join(re.escape(word).replace("'", "['\u2019]") for word in words)
    return rf"(?:(?<![\w'\u2019-])(?P<determiner>(?i:{spelled}))(?:\s+|(?<=['\u2019])))?"
