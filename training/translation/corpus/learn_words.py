"""The words of the language that a translator writes: those of its sentences, and those of a list."""

from __future__ import annotations

import numpy as np
from spellchecker import SpellChecker

from seqserve.translation.lexicon import Lexicon, words
from training.translation.corpus.pairs import Pairs

_MOST = 0.02
"""Share of held-out sentences that may have a word which a lexicon does not know."""


def learned(train: Pairs, validation: Pairs, language: str) -> Lexicon | None:
    """A lexicon; none if people write words that it lacks too often, as where there is no list of the language.

    Reference:
        The lists are those of https://github.com/barrust/pyspellchecker.
    """
    known = {word for target in train.targets for word in words(target)}
    if language in SpellChecker.languages():
        known.update(part for word in SpellChecker(language).word_frequency.words() for part in words(word))
    lexicon = Lexicon.of(known)
    held_out = zip(validation.targets, validation.sources, strict=True)
    share = float(np.mean([bool(lexicon.unknown(target, source)) for target, source in held_out]))
    kept = "" if share <= _MOST else ": too many, words are not checked"
    print(f"words: {len(lexicon)} of {language}, and {share:.1%} of held-out sentences have others{kept}")
    return lexicon if share <= _MOST else None
