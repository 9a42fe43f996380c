"""Scalers: from the user's units to what a network sees, and back.

Every scaler is affine: it gives each window an offset and a scale, `scaled = (raw - offset) / scale`.
Min-max and standard scalers were fitted on the training part and give all windows the same two; the
window scaler takes both from the window itself, so that it knows no range and follows any level.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self, get_args

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from seqserve.core.arrays import Floats
from seqserve.forecast.windows import as_series

MAX_MAGNITUDE = 1e150
"""The largest value that is scaled, in the user's units: the square of a larger one overflows."""

# Below this share of its own level a series counts as constant: rounding, not movement.
_FLAT = 1e-8
# A smaller scale counts as none: by a fitted one, a value up to `MAX_MAGNITUDE` can still be divided.
_SMALLEST_FITTED = 1 / MAX_MAGNITUDE
_SMALLEST = 1e-300


class Affine(NamedTuple):
    """Offset and scale of each window and feature, (N or 1, 1, D)."""

    offset: Floats
    scale: Floats

    def apply(self, raw: Floats) -> Floats:
        """Raw values (N, T, D) to scaled ones."""
        return (raw - self.offset) / self.scale

    def invert(self, scaled: Floats, target: int) -> Floats:
        """Scaled values (N, H) of one feature back to the user's units."""
        return scaled * self.scale[:, :, target] + self.offset[:, :, target]


class _Fitted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    ranged: ClassVar[bool] = True
    """Whether what the network sees depends on where in the range of the training part a value lies."""

    low: list[float] = Field(description="Smallest value of each feature in the training part.")
    high: list[float] = Field(description="Largest value of each feature in the training part.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.low or {len(field) for field in vars(self).values() if isinstance(field, list)} != {len(self.low)}:
            raise ValueError("a scaler has a number for each feature, of one at least")
        return self

    @classmethod
    def fit(cls, steps: Floats) -> Self:
        """Fit on the training part (T, D), without gaps; the module's `fit` checks it first."""
        return cls(**cls._parameters(steps))

    @classmethod
    def _parameters(cls, steps: Floats) -> dict[str, Any]:
        return {"low": steps.min(axis=0).tolist(), "high": steps.max(axis=0).tolist()}

    @property
    def features(self) -> int:
        return len(self.low)

    def outside(self, raw: Floats) -> int:
        """How many of the raw values (..., D) lie outside the range of the training part."""
        low, high = self._bounds
        return int(np.count_nonzero((raw < low) | (raw > high)))

    @cached_property
    def _bounds(self) -> tuple[Floats, Floats]:
        return np.array(self.low), np.array(self.high)


class MinMaxScaler(_Fitted):
    """The training part's smallest value becomes 0, its largest 1. A constant feature becomes 0."""

    kind: Literal["minmax"] = "minmax"

    def affine(self, windows: Floats) -> Affine:
        return self._affine

    @cached_property
    def _affine(self) -> Affine:
        low, high = self._bounds
        return _shared(low, high - low)


class StandardScaler(_Fitted):
    """The training part has mean 0 and standard deviation 1. A constant feature becomes 0."""

    kind: Literal["standard"] = "standard"
    mean: list[float]
    deviation: list[float]

    @classmethod
    def _parameters(cls, steps: Floats) -> dict[str, Any]:
        return super()._parameters(steps) | {
            "mean": steps.mean(axis=0).tolist(),
            "deviation": steps.std(axis=0).tolist(),
        }

    def affine(self, windows: Floats) -> Affine:
        return self._affine

    @cached_property
    def _affine(self) -> Affine:
        return _shared(np.array(self.mean), np.array(self.deviation))


class WindowScaler(_Fitted):
    """Every window has mean 0 and standard deviation 1 of its own; a constant window forecasts itself.

    Reference:
        Kim et al., Reversible Instance Normalization for Accurate Time-Series Forecasting, ICLR 2022
        (here without its learned part).
    """

    ranged = False
    kind: Literal["window"] = "window"

    def affine(self, windows: Floats) -> Affine:
        mean = windows.mean(axis=1, keepdims=True)
        # in units of its largest deviation, whose square neither overflows nor vanishes
        largest = np.maximum(np.abs(windows - mean).max(axis=1, keepdims=True), _SMALLEST)
        deviation = largest * ((windows - mean) / largest).std(axis=1, keepdims=True)
        return Affine(mean, np.maximum(deviation, np.maximum(_FLAT * np.abs(mean), _SMALLEST)))

    def outside(self, raw: Floats) -> int:
        """None: what the network sees does not depend on the level of the training part."""
        return 0


AnyScaler = MinMaxScaler | StandardScaler | WindowScaler
Scaler = Annotated[AnyScaler, Field(discriminator="kind")]
ScalerKind = Literal["minmax", "standard", "window"]
KINDS: dict[str, type[AnyScaler]] = {scaler.model_fields["kind"].default: scaler for scaler in get_args(AnyScaler)}
_ADAPTER: TypeAdapter[AnyScaler] = TypeAdapter(Scaler)


def fit(kind: ScalerKind, series: Floats) -> Scaler:
    """Fit a scaler on the training part of a series, (T, D) or (T,), without gaps.

    Raises:
        ValueError: no value at all, or one that is not finite or above `MAX_MAGNITUDE`.
    """
    steps = as_series(series)
    if not len(steps) or not np.all(np.abs(steps) <= MAX_MAGNITUDE):
        raise ValueError(f"a scaler is fitted on finite values up to {MAX_MAGNITUDE:g}, without gaps, at least one")
    return KINDS[kind].fit(steps)


def from_json(text: bytes) -> Scaler:
    """Read what `to_json` wrote.

    Raises:
        pydantic.ValidationError: it is no scaler.
    """
    return _ADAPTER.validate_json(text)


def to_json(scaler: Scaler) -> bytes:
    """A fitted scaler as JSON; floats are written so that they read back exactly."""
    return scaler.model_dump_json(indent=1).encode()


def _shared(offset: Floats, scale: Floats) -> Affine:
    flat = scale <= _FLAT * np.abs(offset)
    scale = np.where(flat | (scale < _SMALLEST_FITTED), 1.0, scale)
    return Affine(offset[np.newaxis, np.newaxis], scale[np.newaxis, np.newaxis])
