"""The task `forecast`, as `seqserve.tasks` lists it."""

from seqserve.core.task import Task
from seqserve.forecast.batch import ForecastBatch
from seqserve.forecast.command import ForecastCommand
from seqserve.forecast.predictor import Forecaster

# Its `load` gives a kind that is concrete.
TASK = Task(predictor=Forecaster, command=ForecastCommand(), batch=ForecastBatch())  # type: ignore[type-abstract]
