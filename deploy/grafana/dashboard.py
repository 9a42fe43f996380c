"""A dashboard: rows of panels, the variables above them, and the JSON for Grafana."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deploy.grafana.panels import SOURCE, Panel

_SCHEMA = 41
_COLUMNS = 24


@dataclass(frozen=True)
class Row:
    """Panels under a heading, from left to right."""

    title: str
    panels: Sequence[Panel]


@dataclass(frozen=True)
class Variable:
    """A selection above the dashboard; queries use it as `=~"$name"`."""

    name: str
    label: str
    values: str

    def written(self) -> dict[str, Any]:
        return {
            "type": "query",
            "name": self.name,
            "label": self.label,
            "datasource": SOURCE,
            "definition": self.values,
            "query": {"query": self.values, "refId": self.name},
            "refresh": 2,
            "sort": 1,
            "multi": True,
            "includeAll": True,
            "current": {"text": ["All"], "value": ["$__all"]},
        }


@dataclass(frozen=True)
class Annotation:
    """Marks on every graph: where a series begins, or at the times in milliseconds that its values give."""

    name: str
    color: str
    expr: str
    title: str
    text: str
    at_value: bool = False

    def written(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "enable": True,
            "iconColor": self.color,
            "datasource": SOURCE,
            "expr": self.expr,
            "step": "60s",
            "titleFormat": self.title,
            "textFormat": self.text,
            "useValueForTime": self.at_value,
        }


@dataclass(frozen=True)
class Dashboard:
    """A page of Grafana.

    Args:
        since: the initial time range.
    """

    uid: str
    title: str
    description: str
    since: str
    variables: Sequence[Variable]
    rows: Sequence[Row]
    annotations: Sequence[Annotation] = ()

    def written(self) -> dict[str, Any]:
        others = {
            "type": "dashboards",
            "title": "seqserve",
            "tags": ["seqserve"],
            "keepTime": True,
            "includeVars": True,
        }
        return {
            "uid": self.uid,
            "title": self.title,
            "description": self.description,
            "tags": ["seqserve"],
            "schemaVersion": _SCHEMA,
            "editable": False,
            "graphTooltip": 1,
            "refresh": "30s",
            "time": {"from": f"now-{self.since}", "to": "now"},
            "timezone": "browser",
            "links": [others],
            "templating": {"list": [variable.written() for variable in self.variables]},
            "annotations": {"list": [annotation.written() for annotation in self.annotations]},
            "panels": _laid_out(self.rows),
        }


def _laid_out(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Place panels from left to right, and on the next line once 24 columns are full."""
    found: list[dict[str, Any]] = []
    y = 0
    for row in rows:
        place = {"x": 0, "y": y, "w": _COLUMNS, "h": 1}
        found.append({"id": len(found) + 1, "type": "row", "title": row.title, "collapsed": False, "panels": []})
        found[-1]["gridPos"] = place
        x, y, tallest = 0, y + 1, 0
        for panel in row.panels:
            if x + panel.width > _COLUMNS:
                x, y, tallest = 0, y + tallest, 0
            found.append(panel.written(len(found) + 1, x, y))
            x, tallest = x + panel.width, max(tallest, panel.height)
        y += tallest
    return found
