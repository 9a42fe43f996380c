from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from seqserve.errors import InputError
from seqserve.forecast.covariates import Covariates, Taken, check, numbers

TAKEN = Taken(known=["promo", "price"], past=["rain"], static=["region"])
GOOD = Covariates(
    known={"promo": [0, 1, 0, 1, 1], "price": [1.5, None, 2.0, 2.0, 2.0]},
    past={"rain": ["no", "no", "yes"]},
    static={"region": "north"},
)


def test_covariates_that_the_model_takes_are_fine() -> None:
    check(GOOD, TAKEN, 3, 2)
    check(Covariates({}, {}, {}), Taken(), 3, 2)


@pytest.mark.parametrize(
    ("changed", "code", "field", "named"),
    [
        ({"known": {"promo": [0] * 5}}, "wrong_names", "known", ["promo, price", "price missing"]),
        ({"known": {**GOOD.known, "prise": [0] * 5}}, "wrong_names", "known", ["prise is not among them"]),
        ({"known": {"a": [0] * 5, "b": [0] * 5}}, "wrong_names", "known", ["a, b are not", "promo, price missing"]),
        ({"past": {}}, "wrong_names", "past", ["rain missing"]),
        ({"static": {"shop": 1}}, "wrong_names", "static", ["shop is not", "region missing"]),
        ({"known": {**GOOD.known, "promo": [0] * 3}}, "wrong_length", "known", ["3 values", "5", "2 steps ahead"]),
        ({"past": {"rain": [0] * 5}}, "wrong_length", "past", ["5 values", "3 are needed"]),
        ({"past": {"rain": [0, [1], 0]}}, "wrong_covariate", "past", ["step 1 of rain"]),
        ({"static": {"region": {"a": 1}}}, "wrong_covariate", "static", ["region"]),
    ],
)
def test_what_the_model_does_not_take_is_told(changed: dict[str, Any], code: str, field: str, named: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        check(GOOD._replace(**changed), TAKEN, 3, 2)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert [part for part in named if part not in caught.value.message] == []


@pytest.mark.parametrize("field", ["known", "past", "static"])
def test_a_model_without_covariates_says_so(field: str) -> None:
    sent = Covariates({}, {}, {})._replace(**{field: {"promo": [1]}})  # type: ignore[arg-type]
    with pytest.raises(InputError, match=f"no {field} covariates; leave them out"):
        check(sent, Taken(), 1, 1)


def test_a_message_does_not_grow_with_what_a_client_sends() -> None:
    sent = Covariates({"x" * 1_000_000: [1]}, {}, {})
    with pytest.raises(InputError) as caught:
        check(sent, TAKEN, 1, 1)
    assert len(caught.value.message) < 500


def test_numbers_are_floats_with_nan_for_what_is_missing() -> None:
    found = numbers("promo", [1, None, 2.5, True], "known")
    assert found[[0, 2, 3]].tolist() == [1.0, 2.5, 1.0]
    assert np.isnan(found[1])


@pytest.mark.parametrize(
    ("value", "code"), [("yes", "not_a_number"), (math.inf, "not_finite"), (10**400, "out_of_range")]
)
def test_what_is_no_number(value: Any, code: str) -> None:
    with pytest.raises(InputError, match="promo") as caught:
        numbers("promo", [1.0, value], "known")
    assert (caught.value.code, caught.value.field) == (code, "known")
