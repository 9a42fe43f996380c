from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from seqserve.forecast.bulk import queries
from seqserve.forecast.bulk.queries import Wanted
from seqserve.forecast.covariates import Taken
from seqserve.forecast.predictor import Forecaster, ForecastQuery
from seqserve.tabular.read_options import ReadOptions
from seqserve.tabular.table import Series, Table
from seqserve.tabular.timegrid.steps import of_alias
from testing.tiny.naive import NaiveForecaster

DAYS = pd.date_range("2020-01-01", periods=4)


class Trained(NaiveForecaster):
    """A model of one data set, whose columns it knows."""

    features = ["low", "Sales", "high"]  # noqa: RUF012
    target = "Sales"
    seasonal = False
    covariates = Taken()
    naive_scale = 1.0


class Universal(NaiveForecaster):
    """A model of any series."""

    covariates = Taken()


def table(*series: Series, features: list[str], frequency: str | None = "D", **more: Any) -> Table:
    return Table(features, list(series), frequency, 7, features[0], **more)


def asked(found: Table, forecaster: Forecaster, horizon: int = 2, **options: Any) -> list[ForecastQuery]:
    return [query for query, _ in queries.queries(found, forecaster, "sales.csv", Wanted(horizon, **options))]


def test_each_series_is_a_query_that_ends_with_its_last_row() -> None:
    one = Series("a", np.arange(4.0)[:, np.newaxis], DAYS)
    other = Series("b", np.arange(3.0)[:, np.newaxis], DAYS[:3])
    first, second = asked(table(one, other, features=["y"]), Universal(), levels=[80], quantiles=[0.5])
    assert (first.id, first.end, first.frequency, first.season) == ("a", "2020-01-04T00:00:00", "D", 7)
    assert (second.id, second.end) == ("b", "2020-01-03T00:00:00")
    assert (first.horizon, first.levels, first.quantiles) == (2, [80], [0.5])
    np.testing.assert_array_equal(second.values, [0.0, 1.0, 2.0])
    assert Universal().prepare(first).timestamps == ["2020-01-05", "2020-01-06"]


def test_a_series_without_an_id_has_the_name_of_the_file() -> None:
    (query,) = asked(table(Series(None, np.ones((4, 1)), None), features=["y"], frequency=None), Universal())
    assert (query.id, query.end, query.frequency) == ("sales.csv", None, None)


def test_several_targets_are_series_of_their_own() -> None:
    values = np.arange(8.0).reshape(4, 2)
    found = table(Series("a", values, DAYS), Series(None, values, DAYS), features=["x", "y"])
    assert [query.id for query in asked(found, Universal())] == ["a/x", "a/y", "x", "y"]
    np.testing.assert_array_equal(asked(found, Universal())[1].values, [1.0, 3.0, 5.0, 7.0])


def test_the_zone_of_a_table_comes_back() -> None:
    zoned = DAYS.tz_localize("Europe/Berlin")
    (query,) = asked(table(Series("a", np.ones((4, 1)), zoned), features=["y"]), Universal())
    assert query.end == "2020-01-04T00:00:00+01:00[Europe/Berlin]"


def test_days_are_counted_in_the_zone_of_the_table() -> None:
    """Midnights of Berlin, written in UTC: the clocks go forward on March 31."""
    times = pd.date_range("2024-03-28", periods=3, tz="Europe/Berlin").tz_convert("UTC")
    one = Series("a", np.ones((3, 1)), pd.DatetimeIndex(times))
    found = table(one, features=["y"], zone="Europe/Berlin", steps=of_alias("D"))
    (query,) = asked(found, Universal())
    assert query.end == "2024-03-30T00:00:00+01:00[Europe/Berlin]"
    assert queries.ahead(found, one, 2) == ["2024-03-30T23:00:00+00:00", "2024-03-31T22:00:00+00:00"]


def test_a_table_has_the_target_first_and_a_model_where_it_is() -> None:
    values = np.array([[1.0, 2.0, 3.0]] * 4)
    (query,) = asked(table(Series(None, values, DAYS), features=["sales", "Low", "high"]), Trained())
    np.testing.assert_array_equal(query.values, [[2.0, 1.0, 3.0]] * 4)
    assert query.season is None


def test_columns_that_are_not_as_many_as_the_features_are_an_error() -> None:
    with pytest.raises(ValueError, match=r"needs 3 columns, low, Sales, high; these are 1: sales.*--column"):
        asked(table(Series(None, np.ones((4, 1)), DAYS), features=["sales"]), Trained())


def test_covariates_come_from_their_columns() -> None:
    values = np.array([[1.0, 0.0], [2.0, 0.0], [3.0, 1.0], [4.0, 0.0]])
    future = np.array([[np.nan, 1.0], [np.nan, 0.0], [np.nan, 1.0]])
    one = Series("a", values, DAYS, future, pd.date_range("2020-01-05", periods=3))
    found = table(
        one,
        features=["y", "Promo"],
        texts={"rain": [["no", "no", None, "yes", "no", "no", "no"]]},
        static={"Region": ["north"]},
    )
    (query,) = asked(found, NaiveForecaster())
    assert query.known == {"promo": [0.0, 0.0, 1.0, 0.0, 1.0, 0.0]}
    assert query.past == {"rain": ["no", "no", None, "yes"]}
    assert query.static == {"region": "north"}
    np.testing.assert_array_equal(query.values, values[:, 0])


def test_a_table_that_does_not_go_so_far_is_an_error_of_the_series() -> None:
    found = table(
        Series("a", np.ones((4, 2)), DAYS),
        features=["y", "promo"],
        texts={"rain": [["no"] * 4]},
        static={"region": [None]},
    )
    (query,) = asked(found, NaiveForecaster())
    (error,) = NaiveForecaster().predict([query])
    assert "promo has 4 values, 6 are needed" in str(error)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (ReadOptions(known=["promo,price"]), "--known names price, which this model does not take: it takes promo"),
        (ReadOptions(features=["wind"]), "--features names wind, which this model does not take: it takes rain"),
    ],
)
def test_columns_that_the_model_does_not_take_are_an_error(said: ReadOptions, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        queries.columns(NaiveForecaster(), said)


def test_a_model_without_covariates_is_said_to_take_none() -> None:
    with pytest.raises(ValueError, match="it takes none, so leave --static out"):
        queries.columns(Universal(), ReadOptions(static=["region"]))


def test_what_is_read_is_what_the_model_needs() -> None:
    said = queries.columns(Trained(), ReadOptions(decimal=","))
    assert (said.target, said.features, said.decimal) == (["Sales"], ["low", "high"], ",")
    assert queries.columns(Trained(), ReadOptions(target=["x"])).target == ["x"]
    said = queries.columns(NaiveForecaster(), ReadOptions())
    assert (said.target, said.features, said.known, said.static) == ([], ["rain"], ["promo"], ["region"])
