"""What the forecasting task states to the service."""

from __future__ import annotations

from service.forecast.actuals_route import ActualsRoute
from service.forecast.logged_actuals import accuracy
from service.forecast.metrics import REFERENCE_MASE, begin_counters
from service.forecast.rolling_routes import AnomaliesRoute, BacktestRoute
from service.forecast.route import ForecastRoute
from service.forecast.tables.route import TablesRoute
from service.inference.task import Task
from service.monitoring.objectives import Objectives

TASK = Task(
    routes=(ForecastRoute, ActualsRoute, TablesRoute, BacktestRoute, AnomaliesRoute),
    on_loaded=begin_counters,
    gauges=(REFERENCE_MASE,),
    objectives=Objectives(
        slowest={ForecastRoute.task: 0.5, TablesRoute.task: 5, BacktestRoute.task: 5, AnomaliesRoute.task: 5},
        model_age_days=90,
        # The level, less what 200 actual values may miss it by; those are rarely independent.
        interval_hits={50: 0.35, 60: 0.45, 70: 0.55, 80: 0.67, 90: 0.8, 95: 0.87, 99: 0.95},
    ),
    accuracy=accuracy,
    measures=("wape", "scaled_error", "coverage"),
)
