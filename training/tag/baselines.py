"""What a tagger must beat: a gazetteer of the training part, and a linear conditional random field."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from training.tag.augmentation import Tagged, runs

GAZETTEER, CRF = "gazetteer", "linear CRF"
_ROUNDS = 100


class Gazetteer:
    """Every phrase that was more often an entity than not in the training part gets its most frequent label.

    Of phrases that overlap, the longest counts, and of equally long ones the first.
    """

    def __init__(self, texts: Sequence[Tagged]) -> None:
        labels: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for text in texts:
            for start, end, label in runs(text.tags):
                labels[_phrase(text.words[start:end])][label] += 1
        self._longest = max(map(len, labels), default=0)
        seen: Counter[tuple[str, ...]] = Counter()
        for text in texts:
            words = _phrase(text.words)
            for start in range(len(words)):
                for end in range(start + 1, min(len(words), start + self._longest) + 1):
                    if words[start:end] in labels:
                        seen[words[start:end]] += 1
        self._labels = {
            phrase: counts.most_common(1)[0][0]
            for phrase, counts in labels.items()
            if 2 * counts.total() > seen[phrase]
        }

    def tags(self, text: Sequence[str]) -> list[str]:
        """The BIO tags of the words of a text."""
        words, found = _phrase(text), ["O"] * len(text)
        for length in range(min(self._longest, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                label = self._labels.get(words[start : start + length])
                if label and found[start : start + length] == ["O"] * length:
                    found[start : start + length] = [f"B-{label}", *[f"I-{label}"] * (length - 1)]
        return found


class LinearCrf:
    """A linear chain over the usual features of a word and its neighbours, fitted by CRFsuite.

    Reference:
        Okazaki, CRFsuite: a fast implementation of Conditional Random Fields, 2007; the features are those of the
        tutorial of sklearn-crfsuite.

    Raises:
        ImportError: python-crfsuite is not installed, see `is_installed`.
    """

    def __init__(self, texts: Sequence[Tagged]) -> None:
        import pycrfsuite

        trainer = pycrfsuite.Trainer(verbose=False)
        for text in texts:
            trainer.append(_features(text.words), text.tags)
        trainer.set_params({"c1": 0.1, "c2": 0.05, "max_iterations": _ROUNDS, "feature.possible_transitions": True})
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.crfsuite"
            trainer.train(str(path))
            self._tagger = pycrfsuite.Tagger()
            self._model = path.read_bytes()  # the tagger reads it where it is, so it must stay
            self._tagger.open_inmemory(self._model)

    def tags(self, text: Sequence[str]) -> list[str]:
        """The BIO tags of the words of a text."""
        found: list[str] = self._tagger.tag(_features(text))
        # It may begin an entity with I, which it can say of no word before it.
        for place, tag in enumerate(found):
            before = found[place - 1] if place else "O"
            if tag.startswith("I-") and before[2:] != tag[2:]:
                found[place] = f"B-{tag[2:]}"
        return found


def is_installed() -> bool:
    """Whether there is a linear CRF to compare with."""
    try:
        import pycrfsuite  # noqa: F401
    except ImportError:
        return False
    return True


def _phrase(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.lower() for word in words)


def _features(words: Sequence[str]) -> list[list[str]]:
    return [_features_at(words, place) for place in range(len(words))]


def _features_at(words: Sequence[str], place: int) -> list[str]:
    word = words[place]
    found = ["bias", f"word={word.lower()}", *(f"suffix{n}={word[-n:]}" for n in (2, 3))]
    found += [f"prefix{n}={word[:n]}" for n in (2, 3)]
    found += [f"title={word.istitle()}", f"upper={word.isupper()}", f"digit={any(map(str.isdigit, word))}"]
    for offset in (-2, -1, 1, 2):
        if 0 <= place + offset < len(words):
            other = words[place + offset]
            found += [
                f"{offset}:word={other.lower()}",
                f"{offset}:title={other.istitle()}",
                f"{offset}:upper={other.isupper()}",
            ]
        else:
            found.append(f"{offset}:none")
    return found
