"""Covariates as numbers."""

from __future__ import annotations

import numpy as np
import pytest

from seqserve.errors import InputError
from seqserve.forecast.panel.inputs.covariates import Covariate, encoded


def test_numbers_are_standardised_and_a_gap_is_their_mean() -> None:
    price = Covariate.of_numbers("price", np.array([1.0, 3.0, np.nan]))
    assert price.encode([1, None, 3.0], "known")[:, 0].tolist() == [-1, 0, 1]
    assert Covariate.of_numbers("flat", np.full(3, 7.0)).encode([7, 8], "known")[:, 0].tolist() == [0, 1]


def test_texts_have_a_column_for_each_category() -> None:
    event = Covariate.of_texts("event", ["sale", None, "fair"])
    assert event.categories == ["fair", "sale"]
    assert event.encode(["sale", "fair", None, "flood"], "known").tolist() == [[0, 1], [1, 0], [0, 0], [0, 0]]
    assert event.unseen(["sale", None, "flood"]) == ["flood"]


def test_a_category_of_numbers_or_truths_is_read_as_a_table_has_it() -> None:
    flag = Covariate.of_texts("flag", ["1", "0", "true"])
    assert flag.encode([1, 1.0, True, "0"], "known").argmax(axis=1).tolist() == [1, 1, 2, 0]


def test_what_cannot_be_encoded_is_refused() -> None:
    with pytest.raises(InputError, match="needs numbers"):
        Covariate.of_numbers("price", np.arange(3.0)).encode(["high"], "known")
    with pytest.raises(ValueError, match="column id has 60 different texts"):
        Covariate.of_texts("id", [str(number) for number in range(60)])


def test_columns_stand_side_by_side() -> None:
    both = [Covariate.of_numbers("a", np.arange(3.0)), Covariate.of_texts("b", ["x", "y"])]
    assert encoded(both, {"a": [1, 1], "b": ["x", "y"]}, "known", 2).tolist() == [[0, 1, 0], [0, 0, 1]]
    assert encoded([], {}, "known", 2).shape == (2, 0)


def test_half_may_be_missing_and_no_more() -> None:
    price = Covariate.of_numbers("price", np.arange(8.0))
    assert price.check_gaps([1, None, 2.0, None], "known", "ahead") == ["2 gaps of price ahead taken for its mean"]
    assert price.check_gaps([1, 2], "known", "ahead") == []
    with pytest.raises(InputError, match="2 of 3 values of price ahead are missing, more than half") as refused:
        price.check_gaps([1, None, np.nan], "known", "ahead")
    assert (refused.value.code, refused.value.field) == ("too_many_gaps", "known")


def test_what_is_mostly_missing_in_training_may_be_missing() -> None:
    rebate = Covariate.of_numbers("rebate", np.array([1.0, np.nan, np.nan]))
    event = Covariate.of_texts("event", ["fair", None, None])
    season = Covariate.of_texts("season", ["high", "low", None])
    assert (rebate.missing, event.missing, season.missing) == pytest.approx((2 / 3, 2 / 3, 1 / 3))
    assert rebate.check_gaps([None] * 4, "known", "ahead") == event.check_gaps([None] * 4, "known", "ahead") == []
    assert season.gaps([None, "low"]) == 1


def test_a_version_that_does_not_say_what_was_missing_is_strict_with_numbers_only() -> None:
    assert Covariate(name="event", categories=["fair"]).gaps([None]) == 0
    assert Covariate(name="price").gaps([None]) == 1
