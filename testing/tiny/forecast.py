"""Tiny forecasters, and the traffic that tests send them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from onnx import TensorProto, helper

from seqserve.core.drift_reference import REFERENCE
from seqserve.core.onnx_session import Network
from seqserve.forecast import scalers
from seqserve.forecast.config import ForecastConfig
from seqserve.forecast.scalers import ScalerKind
from seqserve.forecast.window_forecaster import MODEL, SCALER, WindowForecaster
from seqserve.registry.artifact import CARD, CONFIG, EXAMPLES, METRICS, Release, Source
from testing.task import Counts, Labelled, Metric, Task
from testing.tiny.graphs import last_state_graph
from testing.tiny.series import deciles, series, values

if TYPE_CHECKING:
    from testing.traffic import Traffic

NAME = "tiny"
WINDOW = 8


def network(horizon: int, features: int = 1, seed: int = 0) -> bytes:
    """The graph that a `Network` loads: `x` (N, T, D) and `lengths` (N,) to `y` (N, H)."""
    steps = helper.make_node("Transpose", ["x"], ["steps"], perm=[1, 0, 2])
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", "T", features])
    return last_state_graph([steps], x, features, horizon, {}, np.random.default_rng(seed))


def release(
    name: str = NAME,
    *,
    window: int = WINDOW,
    horizon: int = 2,
    max_horizon: int | None = None,
    features: Sequence[str] = ("value",),
    scaler: ScalerKind = "minmax",
    residual: bool = True,
    levels: Sequence[int] = (80, 95),
    seed: int = 0,
    worse_than: Sequence[str] = (),
) -> Release:
    """A forecaster's release with every file of a version; `max_horizon` is three times the horizon by default."""
    limit = max_horizon or (3 * horizon if len(features) == 1 else horizon)
    config = ForecastConfig(
        window=window,
        horizon=horizon,
        max_horizon=limit,
        features=list(features),
        target=features[0],
        residual=residual,
        frequency="D",
        season=1,
        naive_scale=1.0,
        spread_floor=0.01,
        quantiles={str(level): [level / 40 * (step + 1) ** 0.5 for step in range(limit)] for level in levels},
    )
    training = series(200, len(features), seed)
    fitted = scalers.fit(scaler, training)
    reference = {"deciles": dict(zip(features, deciles(training), strict=True))}
    model = network(horizon, len(features), seed)
    example = {"values": values(window + 3, len(features), seed), "levels": list(levels)}
    answer = WindowForecaster(config, fitted, Network(model)).replay(example)
    metrics = {"test": {"mase": 0.9}, "baselines": {"last value": {"mase": 1.0}}, "worse_than": list(worse_than)}
    return Release(
        task="forecast",
        name=name,
        seed=seed,
        data=Source(name="random walk", url="https://example.org/walk", licence="CC0-1.0", sha256="0" * 64),
        files={
            CONFIG: config.model_dump_json().encode(),
            SCALER: scalers.to_json(fitted),
            MODEL: model,
            EXAMPLES: json.dumps([{"input": example, "output": answer}]).encode(),
            METRICS: json.dumps(metrics).encode(),
            REFERENCE: json.dumps(reference).encode(),
            CARD: f"# {name}\n\nA tiny model for tests.\n".encode(),
        },
    )


def windows() -> list[dict[str, Any]]:
    """Each window of the series that a tiny forecaster was trained on."""
    return [{"values": _TRAINED_ON[start : start + WINDOW]} for start in range(len(_TRAINED_ON) - WINDOW + 1)]


def outcomes(count: int, off: float) -> list[dict[str, Any]]:
    """Forecasts of two steps, with actual values that are `off` above and below the mean."""
    interval = {"80": {"lower": [99.0, 99.0], "upper": [101.0, 101.0]}}
    return [{"mean": [100.0, 100.0], "intervals": interval, "actual": [100 + off, 100 - off]}] * count


def send_actuals(traffic: Traffic, items: Sequence[dict[str, Any]]) -> None:
    """Send actual values of forecasts, and count them with their hits."""
    answer = traffic.post("actuals", "/forecast/actuals", {"model": NAME, "version": _VERSION, "items": items})
    assert answer.json() == {"accepted": len(items)}
    traffic.items["actuals", NAME, _VERSION, "ok"] += len(items)
    for item in items:
        for level, interval in item["intervals"].items():
            for low, high, actual in zip(interval["lower"], interval["upper"], item["actual"], strict=True):
                traffic.counts[_HITS][level, "yes" if low <= actual <= high else "no"] += 1


def _usual(traffic: Traffic) -> None:
    series = windows()
    for start in range(0, len(series), 10):
        traffic.ask("forecast", series[start : start + 10], levels=[80, 95])
    gap = {"values": [*_TRAINED_ON[:3], None, *_TRAINED_ON[4:WINDOW]]}
    traffic.ask("forecast", [gap, {"values": [1]}, {"values": [1000] * WINDOW}])
    traffic.ask("forecast", series[:5], version="canary")
    traffic.ask("forecast", [{"values": values(WINDOW, 2)}], model="duo")
    send_actuals(traffic, outcomes(5, off=0.5))
    logged = traffic.ask("forecast", series[:2], levels=[80]).json()["forecasts"]
    if all("prediction_id" in forecast for forecast in logged):
        send_actuals(traffic, [{**forecast, "actual": forecast["mean"]} for forecast in logged])


def _troubled(traffic: Traffic) -> None:
    """Values far from the training data, outcomes outside their intervals, and a model that always fails."""
    for _ in range(10):
        traffic.ask("forecast", [{"values": [1000 + step for step in range(WINDOW)]}] * 100)
    for _ in range(15):
        traffic.ask("forecast", windows()[:1], model="broken")
    send_actuals(traffic, outcomes(200, off=30))


def _count(counts: Counts, body: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    if (body["model"], body["version"]) == (NAME, _VERSION) and "error" not in result:
        counts[_INPUTS][NAME, _VERSION] += WINDOW


_VERSION = "1"
_TRAINED_ON = [round(value, 3) for value in series(200)[:, 0]]
_INPUTS = Metric("seqserve_input_values_total", ("model", "version"))
_HITS = Metric("seqserve_interval_hits_total", ("level", "hit"))

TASK = Task(
    path="/forecast",
    items="series",
    results="forecasts",
    releases=lambda: [
        Labelled(release()),
        Labelled(release(seed=1), "canary"),
        Labelled(release("duo", features=("a", "b"), horizon=3)),
    ],
    others=lambda: [
        Labelled(release("duo", features=("a", "b"), horizon=3)),
        Labelled(release("duo", features=("a", "b"), horizon=3, seed=1), "canary"),
    ],
    good=[
        {
            "horizon": 5,
            "levels": [80, 95],
            "series": [
                {"id": "GOOG", "values": values(12), "start": "2016-12-28", "frequency": "B"},
                {"id": 7, "values": [*values(9), None]},
            ],
        },
        {"model": "duo", "version": "1", "series": [{"values": values(9, features=2)}]},
    ],
    shipped={"series": [{"values": [800 + step % 7 for step in range(60)]}]},
    usual=_usual,
    troubled=_troubled,
    count=_count,
)
