from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from testing.tiny import translation as tiny
from testing.tiny.sentences import SENTENCES
from testing.tiny.translation import Echo
from training.translation import least_score
from training.translation.least_score import BAD, Rated


def test_one_in_twenty_good_translations_is_below_the_threshold() -> None:
    random = np.random.default_rng(0)
    good, bad = random.uniform(-1, 0, 1_000), random.uniform(-2, -0.9, 200)
    chrf = np.repeat([80.0, 10.0, 40.0], [1_000, 200, 50])
    found = Rated(np.concatenate([good, bad, np.full(50, -9.0)]), chrf, np.zeros(1_250, dtype=np.bool_))
    least = least_score.threshold(found)
    assert least is not None
    warned, in_vain = found.warned(least)
    assert in_vain == pytest.approx(0.05, abs=0.002)
    assert warned == pytest.approx(np.mean(bad < least))
    assert warned > 0.9
    warned, also_in_vain = replace(found, doubtful=chrf < BAD).warned(least)
    assert (warned, also_in_vain) == (1, in_vain)


def test_too_few_good_translations_tell_nothing() -> None:
    found = Rated(np.full(100, -0.5), np.repeat([80.0, 10.0], [49, 51]), np.zeros(100, dtype=np.bool_))
    assert least_score.threshold(found) is None
    assert np.isnan(Rated(np.array([-1.0]), np.array([40.0]), np.array([True])).warned(-0.5)).all()


def test_a_translator_is_rated_on_its_single_sentences() -> None:
    texts = [f"{sentence} {number}" for number in range(60) for sentence in SENTENCES[:1]]
    references = {text: [text] for text in texts} | {"7": ["7"], "": [""]}
    model = tiny.translator(Echo(), beam=1)
    found = least_score.rated(model, references, seed=0)
    assert len(found.scores) == 60
    assert found.good.all()
    stated = least_score.stated(model, references, seed=0)
    assert stated.least_score == pytest.approx(-0.1)
    assert least_score.stated(model, {}, seed=0).least_score is None
