"""The series of a table as queries to a forecaster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from seqserve.forecast.covariates import Taken
from seqserve.forecast.predictor import ForecastQuery
from seqserve.forecast.stamps import Stamps
from seqserve.tabular.read_options import ReadOptions

if TYPE_CHECKING:
    import pandas as pd

    from seqserve.tabular.table import Series, Table


class Takes(Protocol):
    """What must be known of a forecaster to ask it; see `Forecaster`."""

    @property
    def features(self) -> Sequence[str]: ...
    @property
    def target(self) -> str: ...
    @property
    def covariates(self) -> Taken: ...
    @property
    def seasonal(self) -> bool: ...
    @property
    def naive_scale(self) -> float | None: ...


@dataclass(frozen=True)
class Taker:
    """What a forecaster takes, where it is not at hand itself; see `Forecaster`."""

    features: list[str]
    target: str
    covariates: Taken
    seasonal: bool
    naive_scale: float | None


class Asked(NamedTuple):
    """A query, and the series that it is of."""

    query: ForecastQuery
    series: Series


@dataclass(frozen=True)
class Wanted:
    """What is asked of every series, beside its values."""

    horizon: int
    levels: Sequence[int] = ()
    quantiles: Sequence[float] = ()


def columns(forecaster: Takes, said: ReadOptions) -> ReadOptions:
    """What to read for a forecaster: what the user says, else the columns of its own data, else what the reader finds.

    A model that was trained on one data set knows its columns by name. One that was not takes any column of numbers.

    Raises:
        ValueError: the user names a column for something that the model does not take.
    """
    _check_named("known", said.known, forecaster.covariates.known)
    _check_named("static", said.static, forecaster.covariates.static)
    if len(forecaster.features) == 1:  # of several, the user's columns stand for the model's in order
        _check_named("features", said.features, forecaster.covariates.past)
    trained = forecaster.naive_scale is not None
    target = said.target or ([forecaster.target] if trained else [])
    others = [name for name in forecaster.features if name != forecaster.target]
    features = [*(said.features or others), *(name for name in forecaster.covariates.past if name not in said.features)]
    known = said.known or list(forecaster.covariates.known)
    static = said.static or list(forecaster.covariates.static)
    return replace(said, target=target, features=features, known=known, static=static)


def _check_named(flag: str, named: Sequence[str], takes: Sequence[str]) -> None:
    known = {name.casefold() for name in takes}
    other = [name for text in named for name in text.split(",") if name.strip().casefold() not in known]
    if other:
        has = f"it takes {', '.join(takes)}" if takes else f"it takes none, so leave --{flag} out"
        raise ValueError(f"--{flag} names {', '.join(other)}, which this model does not take: {has}")


def queries(table: Table, forecaster: Takes, name: str, wanted: Wanted) -> Iterator[Asked]:
    """A query for each series of a table; for each target too, if the model has one feature and there are several.

    Args:
        name: the id of a series that has none.

    Raises:
        ValueError: the table has not the columns of the model.
    """
    taken = forecaster.covariates
    places = {column.casefold(): place for place, column in enumerate(table.features)}
    apart = {other.casefold() for other in (*taken.known, *taken.past)}
    used = [column for column in table.features if column.casefold() not in apart]
    count = len(forecaster.features)
    if count > 1 and len(used) != count:
        needs = f"this model needs {count} columns, {', '.join(forecaster.features)}"
        raise ValueError(f"{needs}; these are {len(used)}: {', '.join(used)}; name them with --column")
    for number, series in enumerate(table.series):
        query = ForecastQuery(
            values=(),
            id=name if series.id is None else series.id,
            horizon=wanted.horizon,
            levels=wanted.levels,
            quantiles=wanted.quantiles,
            season=table.season if forecaster.seasonal and table.season > 1 else None,
            known={one: _ahead(table, number, one, places, wanted.horizon) for one in taken.known},
            past={one: _history(table, number, one, places) for one in taken.past},
            static={one: _cell(table.static, one, number) for one in taken.static},
            **_dated(table, series),
        )
        if count > 1:
            yield Asked(replace(query, values=series.values[:, _order(forecaster, used, places)].tolist()), series)
            continue
        for column in used:
            own = query.id if len(used) == 1 else column if series.id is None else f"{series.id}/{column}"
            yield Asked(replace(query, values=series.values[:, places[column.casefold()]].tolist(), id=own), series)


def _order(forecaster: Takes, used: Sequence[str], places: dict[str, int]) -> list[int]:
    """The places of the model's features: a table has the target first, then the others in the model's order."""
    others = iter(used[1:])
    return [places[(used[0] if name == forecaster.target else next(others)).casefold()] for name in forecaster.features]


def ahead(table: Table, series: Series, horizon: int) -> list[str] | None:
    """The timestamps of the steps behind a series, also where pandas has no alias for its steps."""
    times = table.following(series, horizon)
    return None if times is None else _written(times)


def times(table: Table, series: Series, horizon: int) -> list[str] | None:
    """The timestamps of a series, and of the steps behind it where its steps are known; none if it has no dates."""
    if series.times is None:
        return None
    return [*_written(series.times), *(ahead(table, series, horizon) or [])]


def _written(times: pd.DatetimeIndex) -> list[str]:
    return list(Stamps(times, getattr(times.tz, "key", None)).written(times))


def _dated(table: Table, series: Series) -> dict[str, Any]:
    """Where in time a series lies: counting from the last row gives the right dates even if days before are missing."""
    if series.times is None or not len(series.times) or table.frequency is None:
        return {}
    last = series.times[-1]
    if table.zone is not None and last.tzinfo is not None:
        last = last.tz_convert(table.zone)
    zone = getattr(last.tzinfo, "key", None)
    return {"end": last.isoformat() + (f"[{zone}]" if zone else ""), "frequency": table.frequency}


def _history(table: Table, number: int, name: str, places: dict[str, int]) -> Sequence[Any]:
    """A column over the history of a series, (T,); empty if the table has none."""
    series = table.series[number]
    if name.casefold() in places:
        found: list[float] = series.values[:, places[name.casefold()]].tolist()
        return found
    words = _named(table.texts, name)
    return words[number][: len(series.values)] if words is not None else ()


def _ahead(table: Table, number: int, name: str, places: dict[str, int], horizon: int) -> Sequence[Any]:
    """A column over the history of a series and the horizon, (T + H,) if the table goes so far."""
    series = table.series[number]
    if name.casefold() in places:
        future = series.values[:0] if series.future is None else series.future[:horizon]
        return [*_history(table, number, name, places), *future[:, places[name.casefold()]].tolist()]
    words = _named(table.texts, name)
    return words[number][: len(series.values) + horizon] if words is not None else ()


def _cell(static: dict[str, list[str | None]], name: str, number: int) -> str | None:
    cells = _named(static, name)
    return None if cells is None else cells[number]


def _named(columns: dict[str, Any], name: str) -> Any:
    return next((found for column, found in columns.items() if column.casefold() == name.casefold()), None)
