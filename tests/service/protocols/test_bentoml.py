from __future__ import annotations

import jsonschema

from testing import tiny
from testing.in_process import InProcess


def test_routes_are_described_for_the_client(app: InProcess) -> None:
    schema = app.get("/schema.json").json()
    routes = {route["name"]: route for route in schema["routes"]}
    assert routes.keys() >= {"forecast", "sentiment", "translate", "forecast_actuals", "forecast_backtest"}
    assert "$ref" not in str(schema)
    assert routes["forecast"]["route"] == "/forecast"
    body = {"series": [{"values": tiny.values(8)}], "horizon": 2}
    jsonschema.validate(body, routes["forecast"]["input"])
    jsonschema.validate(app.post("/forecast", body).json(), routes["forecast"]["output"])
