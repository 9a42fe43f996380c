"""The linear model that is fitted to one's own labels."""

from __future__ import annotations

import numpy as np
import pytest

from training.sentiment.linear import linear_fit
from training.sentiment.metrics import Rows

TEXTS = [f"the {word} number {number}" for number in range(12) for word in ("invoice", "password", "parcel")]
TARGETS = np.eye(3)[np.arange(len(TEXTS)) % 3]


def test_a_model_tells_words_apart_that_it_knows_and_those_that_look_like_them() -> None:
    model = linear_fit.fit(TEXTS, TARGETS, seed=0).model
    found = linear_fit.outputs(model, ["an invoice", "my passwords", "re: PARCELS"])
    assert found.argmax(axis=1).tolist() == [0, 1, 2]


def test_what_was_not_seen_is_answered_by_models_that_did_not_see_it() -> None:
    """Labels that nothing tells: a model that saw the texts would know them by heart."""
    chance = np.random.default_rng(0)
    texts = [f"unique{number} words{number} only{number}" for number in range(200)]
    targets = np.eye(2)[chance.integers(0, 2, 200)]
    fitted = linear_fit.fit(texts, targets, seed=0)
    assert np.mean(linear_fit.outputs(fitted.model, texts).argmax(axis=1) == targets.argmax(axis=1)) == 1
    assert 0.3 < np.mean(fitted.unseen.argmax(axis=1) == targets.argmax(axis=1)) < 0.7


@pytest.mark.parametrize("several", [False, True])
def test_a_label_of_one_text_ends_no_fit(several: bool) -> None:
    texts, targets = [*TEXTS, "an odd one"], np.vstack([np.pad(TARGETS, ((0, 0), (0, 1))), [[0.0, 0, 0, 1]]])
    fitted = linear_fit.fit(texts, targets, seed=0, several=several)
    assert np.isfinite(fitted.unseen).all()
    assert fitted.unseen[-1].argmax() != 3
    assert linear_fit.outputs(fitted.model, ["an odd one"]).argmax() == 3


def test_a_text_may_have_several_labels_or_none() -> None:
    texts, targets = several()
    model = linear_fit.fit(texts, targets, seed=0, several=True).model
    found = linear_fit.outputs(model, ["invoice and parcel", "the weather", "a parcel"]) > 0
    assert found.tolist() == [[True, True], [False, False], [False, True]]


def several() -> tuple[list[str], Rows]:
    kinds = [("the weather", 0, 0), ("an invoice", 1, 0), ("a parcel", 0, 1), ("a parcel and an invoice", 1, 1)]
    rows = [(f"{text} {number}", [float(one), float(two)]) for number in range(15) for text, one, two in kinds]
    return [text for text, _ in rows], np.array([targets for _, targets in rows])


def test_every_text_is_held_out_once_and_labels_are_dealt_out() -> None:
    held = linear_fit.folds(TARGETS, seed=0)
    assert np.sum(held, axis=0).tolist() == [1] * len(TEXTS)
    assert all(set(TARGETS[fold].argmax(axis=1)) == {0, 1, 2} for fold in held)


def test_weights_count_a_label_for_more() -> None:
    texts = ["same words"] * 40
    targets = np.eye(2)[[0] * 30 + [1] * 10]
    plain, weighed = (
        linear_fit.fit(texts, targets, seed=0, weights=weights).model
        for weights in (None, np.repeat([1.0, 9.0], [30, 10]))
    )
    assert linear_fit.outputs(plain, ["same words"]).argmax() == 0
    assert linear_fit.outputs(weighed, ["same words"]).argmax() == 1
