"""Opens the log of predictions; nothing else imports what a database needs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from seqserve.prediction_log.address import Address, parse
from seqserve.prediction_log.errors import LogError, UnavailableError
from service.inference.task import Task
from service.prediction_log.accuracy_gauges import AccuracyGauges
from service.prediction_log.log import PredictionLog
from service.prediction_log.store import LogStore
from service.prediction_log.writer import Writer
from service.settings import Settings


def trouble(settings: Settings) -> str:
    """Bring the schema of the log up to date; returns why the service must not start, or nothing.

    A database that does not answer is no reason: predictions go on without it, and the log says so.
    """
    try:
        with closing(LogStore(_address(settings))) as store:
            store.open()
    except UnavailableError:
        return ""
    except LogError as error:
        return str(error)
    return ""


def opened(settings: Settings, tasks: Mapping[str, Task], *, leads: bool = True) -> PredictionLog:
    """The log of these settings, which must say one; its schema is brought up to date beside what the service does.

    Args:
        tasks: by name; they say what the accuracy of their predictions is.
        leads: whether old predictions are deleted and the accuracy is exported; one of several workers does.
    """
    address = _address(settings)
    writer = Writer(
        LogStore(address),
        settings.prediction_log_queue,
        whole=settings.prediction_log_inputs == "whole",
        days=settings.prediction_log_days,
        deletes=leads,
    )
    gauges = AccuracyGauges(LogStore(address), tasks) if leads else None
    return PredictionLog(writer, LogStore(address), settings.deadline_seconds, gauges)


def _address(settings: Settings) -> Address:
    assert settings.prediction_log is not None
    return parse(settings.prediction_log.get_secret_value())
