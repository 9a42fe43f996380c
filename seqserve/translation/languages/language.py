"""What the translator knows of a language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """The rules of one language; the defaults are those of a language that has none of its own.

    Args:
        code: as a version names it, such as `en`.
        always_capital: words with a capital wherever they stand, such as "I".
        capitalizes_nouns: every noun has a capital, so that a capital does not tell a name.
        colon: a colon at the end of a few words, with the space that the language puts before it.
        quotes: before and behind what is quoted, with the spaces that belong there.
        both, either: between the last two of several things, "and" and "or".
        capitalized: words that have a capital and are no names: days, months, languages and peoples.
        given_names: which are other words too ("Bill"): names inside a sentence, and in front of one of the `verbs`.
        verbs: words behind a name that begins a sentence.
        particles: words in small letters within names, as in "Charles de Gaulle", if they are no words of the language.
        unasked: what networks add to translations in it without a reason.
        conjunctions: words before which a long sentence may be divided.
        titles: written before a name, with a full stop.
        abbreviations: in upper case; in lower case they are other words ("US", "us").
        unended: abbreviations with a full stop after which the sentence goes on.
        ordinals: endings of ordinal numbers and the like in digits, as regular expressions: such a number has a
            translation, and is not copied.
    """

    code: str = ""
    always_capital: frozenset[str] = frozenset()
    capitalizes_nouns: bool = False
    colon: str = ":"
    quotes: tuple[str, str] = ('"', '"')
    both: str = "and"
    either: str = "or"
    capitalized: frozenset[str] = frozenset()
    given_names: frozenset[str] = frozenset()
    verbs: frozenset[str] = frozenset()
    particles: frozenset[str] = frozenset()
    unasked: str = ""
    conjunctions: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()
    unended: frozenset[str] = frozenset()
    ordinals: frozenset[str] = frozenset()
