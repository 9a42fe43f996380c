"""Labelled texts translated by machine: from English to Portuguese by a served translator, from there by Apertium.

A text that is translated keeps its label, mostly. Errors of the translators are noise that a label of its own cannot
be told from, so sentences that a translator warns of, or has several words of unknown, are left out.

Reference:
    Banea et al., Multilingual Subjectivity Analysis Using Machine Translation, EMNLP 2008. Forcada et al., Apertium: a
    free/open-source platform for rule-based machine translation, 2011.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from seqserve.registry.artifact import Source
from training.core import download
from training.sentiment.corpora import goemotions, opinion_words, product_reviews, tweets, written
from training.sentiment.corpora.labelled import Labelled, deduplicated, source
from training.sentiment.corpora.languages import glossed
from training.translation.corpus.sentence_pairs import sentences_of

TRANSLATOR = "translation/en-pt/1"
ROUTES: dict[str, tuple[str, ...]] = {
    "pt": (),
    "es": ("apertium pt-es",),
    "fr": ("apertium pt-es", "apertium es-fr"),
    "it": ("apertium pt-es", "apertium spa-ita"),
}
"""How Portuguese becomes each language."""
GLOSSED = ("de",)
"""What no translator at hand writes: see `glossed`."""
LANGUAGES = (*ROUTES, *GLOSSED)
_CHUNK = 2000
"""Lines that a program is given together."""
_KEPT = re.compile(
    r"((?:[@#]\w+|https?://\S+|www\.\S+|[\U0001F000-\U0001FAFF\u2190-\u21FF\u2600-\u27BF\u2B00-\u2BFF\uFE0F\u200D\u2665]+|"
    r"(?<!\w)(?:[:;=]['-]?[()DPpOo/\\|3*\]\[]+|<3|[xX]D)(?!\w)|\.{2,}|!{2,}|\?{2,}|\b(?:RT|lol|LOL)\b)\s*)"
)
"""What stands in a text of any language: mentions, hashtags, addresses, emoji, emoticons."""
_MARK, _UNKNOWN = re.compile(r"(?<!\w)[*@#](?=\w)"), re.compile(r"(?<!\w)[*@#](?=[^\W\d_A-Z])")
_SPLIT = re.compile(
    r"(?<=\w) (?=(?:n't|'(?:s|re|ve|ll|d|m))\b)|(?<=\w) (?=[,.!?;:](?:\s|$))|(?<=\$) (?=\d)|(?<=\b[Cc]a) (?=n't)"
)
"""A space that some data sets have before a sign or an English ending."""
_WORDS_OF_UNKNOWN = 5
"""Of a sentence, for each word that a program does not know and that is no name; with fewer it is left out."""


ORIGINALS: tuple[tuple[Callable[[], tuple[Labelled, Source]], int], ...] = (
    (goemotions.goemotions, 6000),
    (product_reviews.sentences, 6000),
    (product_reviews.pros_cons, 3000),
    (written.written, 2000),
    (tweets.tweets, 2000),
    (opinion_words.opinion_words, 6000),
)
"""What is translated, and how many texts of each label at most, drawn at random."""


def translated(language: str) -> tuple[Labelled, Source]:
    """Texts of the data sets in English in another language, each with what it was translated from as its `origin`.

    Raises:
        DataError: a data set, the translator or a program cannot be had.
    """
    found = [(load(), most) for load, most in ORIGINALS]
    pairs = [
        (labelled.texts[row], labelled.labels[row])
        for (labelled, _), most in found
        for row in _drawn(labelled.labels, most)
    ]
    others = translations([text for text, _ in pairs], language)
    kept = [(other, label, text) for other, (text, label) in zip(others, pairs, strict=True) if other]
    texts, labels, origins = map(list, zip(*kept, strict=True))
    labelled = deduplicated(Labelled(texts, labels, origins=origins))
    names = ", ".join(where.name.partition(" (")[0] for (_, where), _ in found)
    licences = "; ".join(dict.fromkeys(where.licence for (_, where), _ in found))
    name = f"{names}, translated to {language} by {', then '.join(_route(language))}"
    return labelled, source(labelled, name, found[0][0][1].url, licences)


def _route(language: str) -> tuple[str, ...]:
    return ("words of Tatoeba",) if language in GLOSSED else (TRANSLATOR, *ROUTES[language])


def _drawn(labels: Sequence[str], most: int) -> list[int]:
    """Rows of at most so many texts of each label, in their order."""
    order = np.random.default_rng(0).permutation(len(labels))
    counts: dict[str, int] = {}
    rows = []
    for row in order.tolist():
        counts[labels[row]] = counts.get(labels[row], 0) + 1
        if counts[labels[row]] <= most:
            rows.append(row)
    return sorted(rows)


def translations(texts: Sequence[str], language: str) -> list[str]:
    """Texts in a language; an empty one where a translator does not know enough of the words.

    What is translated is kept beside other downloads (see `download.cache`), so that an interrupted run goes on where
    it stopped, and the next one has it at once.
    """
    pieces = [_KEPT.split(_SPLIT.sub("", text)) for text in texts]
    wordy = [[_sentences(piece) if number % 2 == 0 else [] for number, piece in enumerate(row)] for row in pieces]
    asked = list(dict.fromkeys(sentence for row in wordy for piece in row for sentence in piece))
    known = dict(
        zip(asked, glossed.glossed(asked, language) if language in GLOSSED else _routed(asked, language), strict=True)
    )
    return [_put_together(row, sentences, known) for row, sentences in zip(pieces, wordy, strict=True)]


def _routed(sentences: Sequence[str], language: str) -> list[str]:
    folder = download.cache() / "translated"
    known = _portuguese(sentences, folder)
    for command in ROUTES[language]:
        lines = list(dict.fromkeys(filter(None, known)))
        done = dict(zip(lines, through(command, lines, folder), strict=True))
        known = [done.get(line, "") for line in known]
    return known


def _sentences(piece: str) -> list[str]:
    return list(sentences_of(piece, "en")) if re.search(r"[^\W\d_]", piece) else []


def _put_together(pieces: Sequence[str], sentences: Sequence[Sequence[str]], known: dict[str, str]) -> str:
    parts = []
    for piece, its in zip(pieces, sentences, strict=True):
        if not all(known[sentence] for sentence in its):
            return ""
        parts.append(" ".join(known[sentence] for sentence in its) + " " if its else piece)
    return " ".join("".join(parts).split())


def _portuguese(sentences: Sequence[str], folder: Path) -> list[str]:
    models = Path(os.environ.get("SEQSERVE_MODELS") or "models")
    from training.translation import teaching  # which loads Keras

    lessons = teaching.Teacher.load(TRANSLATOR, models).lessons(sentences, "en", folder)
    found = {lesson.sentence: lesson.translation for lesson in lessons}
    return [found.get(sentence, "") for sentence in sentences]


def through(command: str, lines: Sequence[str], folder: Path) -> list[str]:
    """What a program makes of lines, which is kept in a folder; nothing of those of which it knows too few words."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{hashlib.sha256(command.encode()).hexdigest()[:16]}.jsonl"
    known = dict(map(json.loads, file.read_text(encoding="utf-8").splitlines())) if file.exists() else {}
    missing = [line for line in lines if line not in known]
    with file.open("a", encoding="utf-8") as notebook:
        for start in range(0, len(missing), _CHUNK):
            some = missing[start : start + _CHUNK]
            from training.translation import teaching

            written = list(zip(some, teaching.piped(command, some), strict=True))
            notebook.writelines(f"{json.dumps(pair, ensure_ascii=False)}\n" for pair in written)
            notebook.flush()
            known |= dict(written)
    return [_unmarked(known[line]) for line in lines]


def _unmarked(line: str) -> str:
    unknown = len(_UNKNOWN.findall(line))
    return "" if unknown * _WORDS_OF_UNKNOWN > len(line.split()) else _MARK.sub("", line)
