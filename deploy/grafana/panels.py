"""Kinds of panels, and their JSON for Grafana."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

SOURCE = {"type": "prometheus", "uid": "prometheus"}

GOOD, ODD, BAD = "green", "orange", "red"


@dataclass(frozen=True)
class Query:
    """A PromQL expression, and the name of each series.

    Args:
        legend: label names in double braces are filled in. A name that ends with "objective" or "expected" is dashed.
    """

    expr: str
    legend: str = ""


def rate(metric: str, by: str, of: str) -> str:
    """The rate per second of a counter, summed by the labels `by`, over the series that match `of`."""
    return f"sum by ({by}) (rate({metric}{{{of}}}[$__rate_interval]))"


def rates(metric: str, by: str, of: str) -> Query:
    """The same as a query whose series are named by these labels."""
    return Query(rate(metric, by, of), " ".join(f"{{{{{label}}}}}" for label in by.split(", ")))


def quantile(share: float, metric: str, by: str, of: str) -> str:
    """A quantile of a histogram."""
    return f"histogram_quantile({share}, {rate(f'{metric}_bucket', f'{by}, le', of)})"


def mean(metric: str, by: str, of: str) -> str:
    """The mean of a histogram."""
    return f"{rate(f'{metric}_sum', by, of)} / {rate(f'{metric}_count', by, of)}"


@dataclass(frozen=True)
class Panel:
    """A graph over time; subclasses are other kinds.

    Args:
        unit: as Grafana names it: s, reqps, percentunit, short, ...
        steps: values from which on another colour applies, such as ODD or BAD; below the first it is `base`.
        width: of 24 columns.
    """

    title: str
    description: str
    queries: Sequence[Query]
    unit: str = "short"
    width: int = 8
    height: int = 8
    steps: Sequence[tuple[float, str]] = ()
    base: str = GOOD
    most: float | None = None
    stacked: bool = False

    kind = "timeseries"
    instant = False

    def custom(self) -> dict[str, Any]:
        return {
            "lineWidth": 1,
            "fillOpacity": 20 if self.stacked else 0,
            "showPoints": "auto",
            "spanNulls": False,
            "stacking": {"mode": "normal" if self.stacked else "none", "group": "A"},
            "thresholdsStyle": {"mode": "dashed" if self.steps else "off"},
        }

    def overrides(self) -> list[dict[str, Any]]:
        dashed = {"id": "custom.lineStyle", "value": {"fill": "dash", "dash": [8, 8]}}
        return [{"matcher": {"id": "byRegexp", "options": "/(objective|expected)$/"}, "properties": [dashed]}]

    def options(self) -> dict[str, Any]:
        return {
            "legend": {"showLegend": True, "displayMode": "list", "placement": "bottom", "calcs": []},
            "tooltip": {"mode": "multi", "sort": "desc"},
        }

    def transformations(self) -> list[dict[str, Any]]:
        return []

    def written(self, number: int, x: int, y: int) -> dict[str, Any]:
        steps = [{"color": self.base, "value": None}, *({"color": color, "value": at} for at, color in self.steps)]
        defaults = {"unit": self.unit, "min": 0, "thresholds": {"mode": "absolute", "steps": steps}}
        defaults |= {} if self.most is None else {"max": self.most}
        return {
            "id": number,
            "type": self.kind,
            "title": self.title,
            "description": self.description,
            "datasource": SOURCE,
            "gridPos": {"x": x, "y": y, "w": self.width, "h": self.height},
            "fieldConfig": {"defaults": {**defaults, "custom": self.custom()}, "overrides": self.overrides()},
            "options": self.options(),
            "transformations": self.transformations(),
            "targets": [
                self._target(letter, query) for letter, query in zip(ascii_uppercase, self.queries, strict=False)
            ],
        }

    def _target(self, letter: str, query: Query) -> dict[str, Any]:
        return {
            "refId": letter,
            "datasource": SOURCE,
            "editorMode": "code",
            "expr": query.expr,
            "legendFormat": query.legend,
            "instant": self.instant,
            "range": not self.instant,
            "format": "table" if self.instant else "time_series",
        }


@dataclass(frozen=True)
class Stat(Panel):
    """The current value, with its history as a sparkline."""

    width: int = 4
    height: int = 4

    kind = "stat"

    def custom(self) -> dict[str, Any]:
        return {}

    def overrides(self) -> list[dict[str, Any]]:
        return []

    def options(self) -> dict[str, Any]:
        reduced = {"calcs": ["lastNotNull"], "fields": "", "values": False}
        return {"reduceOptions": reduced, "colorMode": "value", "graphMode": "area", "textMode": "auto"}


@dataclass(frozen=True)
class Table(Panel):
    """The current series as rows: their labels as columns, and a column for each query.

    Args:
        columns: header and unit of each query's column.
        sorted_by: headers.
    """

    columns: Sequence[tuple[str, str]] = ()
    sorted_by: Sequence[str] = ()

    kind = "table"
    instant = True
    _hidden = ("Time", "job", "instance", "__name__")

    def custom(self) -> dict[str, Any]:
        return {"filterable": True}

    def overrides(self) -> list[dict[str, Any]]:
        return [
            {"matcher": {"id": "byName", "options": header}, "properties": [{"id": "unit", "value": unit}]}
            for header, unit in self.columns
        ]

    def options(self) -> dict[str, Any]:
        return {"showHeader": True}

    def transformations(self) -> list[dict[str, Any]]:
        headers = {
            f"Value #{letter}": header for letter, (header, _) in zip(ascii_uppercase, self.columns, strict=False)
        }
        hidden = dict.fromkeys(self._hidden, True)
        organized = {"excludeByName": hidden, "indexByName": {}, "renameByName": headers}
        sort = {"fields": {}, "sort": [{"field": name} for name in self.sorted_by]}
        return [
            {"id": "merge", "options": {}},
            {"id": "organize", "options": organized},
            {"id": "sortBy", "options": sort},
        ]


@dataclass(frozen=True)
class Bars(Table):
    """A bar chart: the first column names the bars, the others are their heights."""

    kind = "barchart"

    def custom(self) -> dict[str, Any]:
        return {"fillOpacity": 60, "lineWidth": 1}

    def options(self) -> dict[str, Any]:
        return {**Panel.options(self), "orientation": "vertical", "showValue": "never", "groupWidth": 0.8}
