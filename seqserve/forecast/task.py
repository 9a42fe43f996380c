"""The task `forecast`, as `seqserve.tasks` lists it."""

from seqserve.core.task import Task
from seqserve.forecast.command import ForecastCommand
from seqserve.forecast.predictor import Forecaster

TASK = Task(predictor=Forecaster, command=ForecastCommand())
