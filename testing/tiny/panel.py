"""A tiny model of a panel: two classical forecasts, averaged."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from seqserve.core.arrays import Floats
from seqserve.core.drift_reference import REFERENCE
from seqserve.forecast.panel.config import PanelConfig
from seqserve.forecast.panel.intervals import PROBABILITIES, Intervals
from seqserve.forecast.panel.members import Member
from seqserve.forecast.panel.predictor import PanelForecaster
from seqserve.forecast.panel.windows import Windows
from seqserve.registry.artifact import CARD, CONFIG, EXAMPLES, METRICS, Release, Source

HORIZON = 3


def config(**more: Any) -> PanelConfig:
    """A weekly season, three steps ahead."""
    row = [6 * (probability - 0.5) for probability in PROBABILITIES]
    offsets = [[(step + 1) * offset for offset in row] for step in range(HORIZON)]
    intervals = Intervals(transform="none", unit="spread", probabilities=list(PROBABILITIES), offsets=offsets)
    settings: dict[str, Any] = {
        "kind": "ensemble",
        "window": 28,
        "min_values": 3,
        "horizon": HORIZON,
        "target": "sales",
        "frequency": "D",
        "periods": [7],
        "spread_floor": 0.01,
        "members": [
            Member(kind="classical", transform="none", weight=0.5, base="theta"),
            Member(kind="classical", transform="none", weight=0.5, base="seasonal"),
        ],
        "intervals": intervals,
        "naive_scale": 1.0,
    }
    return PanelConfig(**{**settings, **more})


def release(name: str, **more: Any) -> Release:
    """The release of a model with such a configuration; it says what it takes in its golden example."""
    found = config(**more)
    days = 14
    example = {
        "values": weekly(days).tolist(),
        "known": {one.name: [step % 2 for step in range(days + HORIZON)] for one in found.known},
        "static": {one.name: (one.categories or [0])[0] for one in found.static},
    }
    answer = PanelForecaster(found, {}).replay(example)
    return Release(
        task="forecast",
        name=name,
        seed=0,
        data=Source(name="a week", url="https://example.org/week", licence="CC0-1.0", sha256="0" * 64),
        files={
            CONFIG: found.model_dump_json().encode(),
            EXAMPLES: json.dumps([{"input": example, "output": answer}]).encode(),
            METRICS: b"{}",
            REFERENCE: json.dumps({"deciles": {}}).encode(),
            CARD: f"# {name}\n\nA tiny model for tests.\n".encode(),
        },
    )


def windows(history: Floats, horizon: int = HORIZON) -> Windows:
    """Windows (N, C) with nothing known beside them."""
    rows, steps = history.shape
    empty = np.zeros
    return Windows(
        history, empty((rows, steps + horizon, 0)), empty((rows, steps, 0)), empty((rows, 0)), empty((rows, horizon, 0))
    )


def weekly(steps: int, seed: int = 0) -> Floats:
    """A week, a trend and noise, (T,)."""
    random = np.random.default_rng(seed)
    along = np.arange(steps)
    return 50 + 0.1 * along + 8 * np.sin(2 * np.pi * along / 7) + random.normal(size=steps)
