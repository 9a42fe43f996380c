"""What a translator must beat: copying the source, and words and phrases looked up one after another."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from training.translation.corpus import word_alignment
from training.translation.corpus.pairs import Pairs
from training.translation.corpus.word_alignment import Numbers, Side

Phrase = tuple[str, ...]

# English endings belong to their word; elsewhere an apostrophe ends one, as in "l'homme".
_WORD = re.compile(r"\w+(?:-\w+)*['\u2019](?:[tsmd]|re|ve|ll)\b|\w+(?:-\w+)*['\u2019]?|[^\w\s]", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_LONGEST = 4
_LEAST = 2  # times that a phrase of several words was seen
_MOST_LINKS = 20_000_000  # about 2.5 GB of memory


@dataclass(frozen=True)
class PhraseTable:
    """The likeliest translation of each known phrase, lower-cased, and how words are written side by side.

    Args:
        after, before: signs that are written without a space after them, or before them.
    """

    phrases: dict[Phrase, Phrase]
    after: frozenset[str]
    before: frozenset[str]

    def translate(self, sentences: Sequence[str], longest: int = _LONGEST) -> list[str]:
        """From the left the longest known phrase each, in the order of the source; an unknown word is copied.

        Args:
            longest: words; with 1 it is word for word.
        """
        return [self._translated(sentence, longest) for sentence in sentences]

    def _translated(self, sentence: str, longest: int) -> str:
        words = _WORD.findall(sentence)
        lowered = tuple(_key(word) for word in words)
        found: list[str] = []
        start = 0
        while start < len(words):
            spans = (lowered[start:end] for end in range(min(start + longest, len(words)), start, -1))
            known = next((span for span in spans if span in self.phrases), None)
            if known:
                found += self.phrases[known]
                start += len(known)
            else:
                found.append(words[start])
                start += 1
        text = "".join(found[:1])
        for left, right in pairwise(found):
            text += right if left in self.after or right in self.before else f" {right}"
        first = _LETTER.search(sentence)
        return _LETTER.sub(lambda match: match[0].upper(), text, 1) if first and first[0].isupper() else text


def baselines(train: Pairs, sentences: Sequence[str]) -> dict[str, list[str]]:
    """Sentences as each baseline translates them, by its name."""
    table = fit(train.sources, train.targets)
    return {
        "copying the source": list(sentences),
        "word for word": table.translate(sentences, longest=1),
        "phrase table": table.translate(sentences),
    }


def fit(sources: Sequence[str], targets: Sequence[str]) -> PhraseTable:
    """Learn a phrase table from sentences and their translations.

    Phrases are up to four words that are aligned with each other only; each is translated as it is most often. Where
    there are more than 20 million pairs of a word and any word of its translation, the last sentences do not count.

    Reference:
        Koehn et al., Statistical Phrase-Based Translation, NAACL 2003.
    """
    rows = [
        (words, others)
        for source, target in zip(sources, targets, strict=True)
        if (words := [*map(_key, _WORD.findall(source))]) and (others := _WORD.findall(target))
    ]
    links = np.cumsum([len(words) * len(others) for words, others in rows], dtype=np.int64)
    rows = rows[: int(np.searchsorted(links, _MOST_LINKS, side="right"))]
    source = Side.of([words for words, _ in rows])
    target = Side.of(_uncapitalised([others for _, others in rows]))
    counts: defaultdict[Phrase, Counter[Phrase]] = defaultdict(Counter)
    for phrase, other in _pairs(source, target, *word_alignment.aligned(source, target)):
        counts[phrase][other] += 1
    best = ((phrase, max(others.items(), key=lambda item: (item[1], item[0]))) for phrase, others in counts.items())
    phrases = {phrase: other for phrase, (other, seen) in best if len(phrase) == 1 or seen >= _LEAST}
    return PhraseTable(phrases, *_unspaced(targets))


def _key(word: str) -> str:
    """What is alike in words of the source that count as the same."""
    return word.lower().replace("\u2019", "'")


def _uncapitalised(rows: list[list[str]]) -> list[list[str]]:
    """Sentences whose first word has a capital only if it mostly has one elsewhere too."""
    inner = Counter(word for row in rows for word in row[1:])
    return [[max(row[0], row[0].lower(), key=inner.__getitem__), *row[1:]] for row in rows]


def _pairs(source: Side, target: Side, a: Numbers, b: Numbers) -> Iterator[tuple[Phrase, Phrase]]:
    """Phrases and their translations, as often as they come: no word in them is aligned with one outside."""
    low, high = _reach(a, b, len(source.flat))
    low_back, high_back = _reach(b, a, len(target.flat))
    ends = np.repeat(source.starts + source.lengths, source.lengths)
    words, others = ([side.words[number] for number in side.flat.tolist()] for side in (source, target))
    for length in range(1, _LONGEST + 1):
        start = np.flatnonzero(np.arange(len(ends)) + length <= ends)
        steps = start + np.arange(length)[:, np.newaxis]
        first, last = low[steps].min(axis=0), high[steps].max(axis=0)
        fits = (last >= 0) & (last - first < _LONGEST)
        start, first, last = start[fits], first[fits], last[fits]
        inside = np.minimum(first + np.arange(_LONGEST)[:, np.newaxis], last)
        alone = ((low_back[inside] >= start) & (high_back[inside] < start + length)).all(axis=0)
        for here, begin, end in zip(start[alone].tolist(), first[alone].tolist(), last[alone].tolist(), strict=True):
            yield tuple(words[here : here + length]), tuple(others[begin : end + 1])


def _reach(positions: Numbers, others: Numbers, count: int) -> tuple[Numbers, Numbers]:
    """The first and the last word that each of `count` words is aligned with; without any, past all and -1."""
    low, high = np.full(count, np.iinfo(np.int64).max), np.full(count, -1)
    np.minimum.at(low, positions, others)
    np.maximum.at(high, positions, others)
    return low, high


def _unspaced(texts: Sequence[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Signs, and words that end in one, that mostly have no space after them, and signs that have none before."""
    after, before = Counter[str](), Counter[str]()
    for text in texts:
        for match in _WORD.finditer(text):
            word = match[0]
            if match.end() < len(text) and not word[-1].isalnum():
                after[word] += 1 if text[match.end()] == " " else -1
            if match.start() and not word[0].isalnum():
                before[word] += 1 if text[match.start() - 1] == " " else -1
    glued_after, glued_before = (frozenset(word for word, n in sign.items() if n < 0) for sign in (after, before))
    return glued_after, glued_before
