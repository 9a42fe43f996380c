"""Bodies of Nixtla's clients: all series end to end, and how long each is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from starlette.requests import Request

from seqserve.core.arrays import Floats
from seqserve.forecast.predictor import Forecaster
from service.http import number_lists
from service.http.json_body import LARGE
from service.http.problems import Problem, wrong_shape
from service.protocols.nixtla import levels
from service.protocols.nixtla.levels import Level
from service.protocols.protocol import Protocol
from service.turns import in_turns

_OURS = ("timegpt", "azureai")
"""Names of models there that mean our default model."""
_UNSUPPORTED = {
    "finetune_steps": "models are not tuned for a request: train one with python -m training",
    "finetuned_model_id": "models are not tuned for a request: train one with python -m training, and name it in model",
    "feature_contributions": "forecasts are not explained here; leave it out",
    "multivariate": "each series is forecast alone; leave it out",
}


@dataclass(frozen=True)
class Body:
    """A request of a client.

    Args:
        fields: all of it but the values.
        series: the values of each series.
        size: of the body, in bytes.
    """

    fields: dict[str, Any]
    series: Sequence[Floats]
    size: int

    @property
    def model(self) -> tuple[str | None, str | None]:
        """The model and the version, as our route has them; none means the default."""
        told = self.fields.get("model") or ""
        if not isinstance(told, str):
            raise wrong_shape([("/model", "must be a text")])
        if not told or told.lower().startswith(_OURS):
            return None, None
        name, _, version = told.partition("@")
        return name, version or None

    @property
    def levels(self) -> list[Level]:
        return levels.read(self.fields.get("level"))

    @property
    def offsets(self) -> list[int]:
        """Where each series begins among all values."""
        return [0, *np.cumsum([len(one) for one in self.series]).tolist()][:-1]

    def integer(self, name: str, default: int | None = None) -> int:
        """A positive integer.

        Raises:
            Problem: 422 it is none.
        """
        found = self.fields.get(name)
        found = default if found is None else found
        if type(found) is not int or not 0 < found < 2**31:
            raise wrong_shape([(f"/{name}", "must be an integer from 1 on")])
        return found

    def items(self, forecaster: Forecaster) -> list[dict[str, Any]]:
        """The series as our routes take them, with the exogenous columns of a model of several features.

        Raises:
            Problem: 422 the model takes no such columns, or others.
        """
        stated = self.fields["series"]
        others = [name for name in forecaster.features if name != forecaster.target]
        if stated.get("X_future"):
            raise wrong_shape([("/series/X_future", "this model takes no exogenous columns known ahead")])
        columns = stated.get("X") or []
        if not others and columns:
            detail = "this model takes no exogenous columns; pass a frame of id, time and value, without date_features"
            raise wrong_shape([("/series/X", detail)])
        frequency = self.fields.get("freq")
        hint = {"frequency": frequency} if forecaster.seasonal and isinstance(frequency, str) else {}
        if not others:
            return [{"values": one.tolist(), **hint} for one in self.series]
        rows = self._columns(columns, others)
        rows.insert(forecaster.features.index(forecaster.target), np.concatenate(self.series))
        table = np.stack(rows, axis=1)
        return [
            {"values": table[begin : begin + len(one)].tolist()}
            for begin, one in zip(self.offsets, self.series, strict=True)
        ]

    def _columns(self, columns: Any, names: Sequence[str]) -> list[Floats]:
        count = sum(map(len, self.series))
        if not isinstance(columns, list) or len(columns) != len(names):
            told = len(columns) if isinstance(columns, list) else 0
            detail = f"{told} exogenous columns, this model takes {len(names)}: {', '.join(names)}"
            raise wrong_shape([("/series/X", detail)])
        try:
            found = [number_lists.floats(column if isinstance(column, list) else [column]) for column in columns]
        except ValueError as error:
            raise wrong_shape([("/series/X", str(error))]) from None
        if any(len(column) != count for column in found):
            raise wrong_shape([("/series/X", f"each column must have {count} values, as y has")])
        return found


async def read(protocol: Protocol, request: Request) -> Body:
    """Read the body of a request; of a large one, the values are parsed part by part.

    Raises:
        Problem: 400 it is no JSON, 413 it is too large, 422 it has the wrong shape or asks for what is not served.
    """
    content = await protocol.content(request)
    taken = number_lists.taken_out(content, "y") if len(content) > LARGE else None
    fields = await protocol.parsed(taken[0] if taken else content)
    stated = fields.get("series")
    if not isinstance(stated, dict):
        raise wrong_shape([("/series", "must be an object with y and sizes")])
    y = stated.get("y")
    try:
        if taken is not None and y == []:
            parts = await in_turns(protocol.served.backend.executor, number_lists.parsed, taken[1])
            values = np.concatenate(parts)
        else:
            values = number_lists.floats(y if isinstance(y, list) else [y])
    except ValueError as error:
        raise wrong_shape([("/series/y", str(error))]) from None
    for name, detail in _UNSUPPORTED.items():
        if fields.get(name):
            raise wrong_shape([(f"/{name}", detail)])
    return Body(fields, _split(values, stated.get("sizes")), len(content))


def _split(values: Floats, sizes: Any) -> Sequence[Floats]:
    if not isinstance(sizes, list) or not sizes or not all(type(size) is int and size >= 0 for size in sizes):
        raise wrong_shape([("/series/sizes", "must be a list of integers, one for each series")])
    if sum(sizes) != len(values):
        raise wrong_shape([("/series/sizes", f"the sizes add up to {sum(sizes)}, and y has {len(values)} values")])
    return np.split(values, np.cumsum(sizes[:-1]))


def failed(errors: Sequence[tuple[int, str, str]]) -> Problem:
    """The problem of series that failed, each with its place, the code of its error and the message."""
    if any(code == "internal" for _, code, _ in errors):
        return Problem(500, "internal", f"series {errors[0][0]}: {errors[0][2]}")
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    listed = [(f"/series/{place}", message) for place, _, message in errors[:20]]
    return Problem(422, "bad-item", f"series {errors[0][0]}: {errors[0][2]}{more}", listed)
