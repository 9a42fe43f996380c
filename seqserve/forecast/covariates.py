"""What a query says beside the values of its series, checked by name and length against what a model takes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.core.messages import counted
from seqserve.errors import InputError

_KINDS = {int, float, str, bool, type(None), np.float64}  # by exact type, as in `inputs`
_LONGEST_NAMES = 200


class Covariates(NamedTuple):
    """Covariates of a query, each list checked: numbers, texts, booleans, or None for what is missing.

    Args:
        known: by name, a value for each of T + H steps.
        past: by name, a value for each of T steps.
        static: by name.
    """

    known: Mapping[str, Sequence[Any]]
    past: Mapping[str, Sequence[Any]]
    static: Mapping[str, Any]


class Taken(NamedTuple):
    """The names of the covariates that a model takes."""

    known: Sequence[str] = ()
    past: Sequence[str] = ()
    static: Sequence[str] = ()


def check(sent: Covariates, taken: Taken, steps: int, horizon: int) -> None:
    """Check that the covariates of a query of `steps` values are those that the model takes, and no others.

    Raises:
        InputError: the model has others, one has another length, or a value is of no kind that there is.
    """
    for field, length in (("known", steps + horizon), ("past", steps), ("static", None)):
        values: Mapping[str, Any] = getattr(sent, field)
        _check_names(list(values), getattr(taken, field), field)
        for name, found in values.items():
            if length is None:
                _check_kinds(name, [found], field)
                continue
            if len(found) != length:
                ahead = f"{counted(steps, 'value')} and {counted(horizon, 'step')} ahead" if field == "known" else ""
                message = f"{name} has {counted(len(found), 'value')}, {length} are needed"
                detail = ahead or "one for each of values"
                raise InputError("wrong_length", f"{message}: {detail}", field)
            _check_kinds(name, found, field)


def numbers(name: str, values: Sequence[Any], field: str) -> Floats:
    """A covariate of numbers, (T,) or (T + H,): None is NaN, a boolean 0 or 1.

    Raises:
        InputError: one is a text, or not finite.
    """
    wrong = next((place for place, value in enumerate(values) if type(value) is str), None)
    if wrong is not None:
        raise InputError("not_a_number", f"step {wrong} of {name} is a text; this model needs numbers", field)
    try:
        found = np.array([math.nan if value is None else float(value) for value in values])
    except OverflowError:
        raise InputError("out_of_range", f"a number of {name} is too large for a double", field) from None
    if np.isinf(found).any():
        raise InputError("not_finite", f"a value of {name} is infinite; send finite numbers, or null", field)
    return found


def _check_names(sent: list[str], taken: Sequence[str], field: str) -> None:
    unknown, missing = [name for name in sent if name not in taken], [name for name in taken if name not in sent]
    if not unknown and not missing:
        return
    has = f"this model takes {', '.join(taken)}" if taken else f"this model takes no {field} covariates"
    parts = [f"{_listed(unknown)} {'is' if len(unknown) == 1 else 'are'} not among them" if taken else "leave them out"]
    found = [*(parts if unknown else []), *([f"{_listed(missing)} missing"] if missing else [])]
    raise InputError("wrong_names", f"{has}; {', and '.join(found)}", field)


def _listed(names: Sequence[str]) -> str:
    text = ", ".join(names)
    return text if len(text) <= _LONGEST_NAMES else f"{text[:_LONGEST_NAMES]}..."


def _check_kinds(name: str, values: Sequence[Any], field: str) -> None:
    wrong = next((place for place, value in enumerate(values) if type(value) not in _KINDS), None)
    if wrong is not None:
        where = name if field == "static" else f"step {wrong} of {name}"
        raise InputError("wrong_covariate", f"{where} is no number, text, true, false or null", field)
