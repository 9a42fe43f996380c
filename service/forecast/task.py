"""What the forecasting task states to the service."""

from __future__ import annotations

from service.forecast.actuals_route import ActualsRoute
from service.forecast.metrics import REFERENCE_MASE, begin_counters
from service.forecast.route import ForecastRoute
from service.inference.task import Task

TASK = Task(routes=(ForecastRoute, ActualsRoute), on_loaded=begin_counters, gauges=(REFERENCE_MASE,))
