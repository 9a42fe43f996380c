"""Everyday English whose licences let a model ship: sentences, comments, reviews and the help of an office suite.

Left out is what nobody wants to be offered: coarse words, anger and disgust, what is said of groups of people, and what
may be about a person who is not known, such as addresses and user names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from training.complete.documents import Documents, made
from training.sentiment.corpora import goemotions, people, product_reviews
from training.translation.data import datasets as pairs

_TATOEBA = ("fr", "de", "es")
_ANGER, _DISGUST = "2", "11"
_COARSE = re.compile(
    r"\b(?:\w*fuck|\w*shit|bitch|cunt|dick|cock|puss(?:y|ies)\b|ass\b|arse|\w*asshole|bastard|whore|slut|fag|nigg|"
    r"retard|rap(?:e|ed|ist|ing)\b|porn|sex|penis|vagina|boob|tits|piss|crap|damn|hell\b|nazi|hitler|suicid|"
    r"kill (?:my|your|him|her)sel[fv]|terroris|pedo|molest|stfu|wtf|lmfao)",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"\[(?:NAME|RELIGION)\]|https?:|www\.|@|\b[ur]/\w|/[ur]/|\d{3}[ -]?\d{3,}|\.com\b")
_GROUPS = re.compile(
    rf"\b(?:{'|'.join(people.RELIGIONS)}|Christians?|Muslims?|Jews?|Islam\w*|gays?|lesbians?|transgender|trans|blacks|whites|"
    r"immigrants?|refugees?|liberals?|conservatives?|Trump|Obama)\b",
    re.IGNORECASE,
)
_WORDS = 4
_SENTENCE = re.compile(r"[A-Z][^|<>{}=_\\\[\]]*[.?!]")


def tatoeba() -> Documents:
    """English sentences of Tatoeba with a translation into French, German or Spanish."""
    sentences = (sentence for other in _TATOEBA for sentence in pairs.tatoeba("en", other)[0].sources)
    return _without_offence(
        sentences,
        "Tatoeba through manythings.org/anki, English sentences",
        "https://www.manythings.org/anki/",
        "CC BY 2.0 FR; attribute to tatoeba.org and manythings.org/anki",
    )


def comments() -> Documents:
    """Comments of GoEmotions, without those that have a placeholder for a name or are angry or disgusted."""
    calm = (text for text, emotions in goemotions.comments() if not {_ANGER, _DISGUST} & set(emotions))
    return _without_offence(
        calm,
        "GoEmotions, comments without names",
        "https://github.com/google-research/google-research/tree/master/goemotions",
        "CC BY 4.0; attribute to Google Research",
    )


def reviews() -> Documents:
    """Sentences of product reviews, and entries of pros and cons of six words or more."""
    sentences = product_reviews.sentences()[0]
    entries = [text for text in product_reviews.pros_cons()[0].texts if len(text.split()) > _WORDS + 1]
    return _without_offence(
        [*sentences.texts, *sentences.unlabelled, *entries],
        "Product reviews, pros and cons",
        "https://www.cs.uic.edu/~liub/FBS/sentiment-analysis.html",
        "CC BY 4.0; attribute to Bing Liu, www.cs.uic.edu/~liub",
    )


def office_help() -> Documents:
    """Whole sentences of LibreOffice's help; headings, labels and code are left out."""
    sources = pairs.libreoffice("en", "fr")[0].sources
    plain = (text for text in sources if _SENTENCE.fullmatch(text) and len(text.split()) >= _WORDS)
    return _without_offence(plain, "LibreOffice's help, sentences", "https://www.libreoffice.org", "MPL-2.0")


def _without_offence(texts: Iterable[str], name: str, url: str, licence: str) -> Documents:
    every = list(texts)
    kept = [text for text in every if not (_COARSE.search(text) or _PERSONAL.search(text) or _GROUPS.search(text))]
    report = [f"{name}: {len(every) - len(kept)} texts dropped that are coarse, about groups of people or personal"]
    return made(kept, name, report, url, licence)
