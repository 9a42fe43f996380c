"""Opens the log of predictions; nothing else imports what a database needs."""

from __future__ import annotations

from seqserve.prediction_log.address import Address, parse
from seqserve.prediction_log.errors import SchemaError, UnavailableError
from service.prediction_log.log import PredictionLog
from service.prediction_log.store import LogStore
from service.prediction_log.writer import Writer
from service.settings import Settings


def trouble(settings: Settings) -> str:
    """Bring the schema of the log up to date; returns why the service must not start, or nothing.

    A database that does not answer is no reason: predictions go on without it, and the log says so.
    """
    store = LogStore(_address(settings))
    try:
        store.open()
    except SchemaError as error:
        return str(error)
    except UnavailableError:
        return ""
    finally:
        store.close()
    return ""


def opened(settings: Settings, *, deletes: bool = True) -> PredictionLog:
    """The log of these settings, which must say one; its schema is brought up to date beside what the service does.

    Args:
        deletes: whether old predictions are deleted; one of several workers does.
    """
    address = _address(settings)
    writer = Writer(
        LogStore(address),
        settings.prediction_log_queue,
        whole=settings.prediction_log_inputs == "whole",
        days=settings.prediction_log_days,
        deletes=deletes,
    )
    return PredictionLog(writer, LogStore(address), settings.deadline_seconds)


def _address(settings: Settings) -> Address:
    assert settings.prediction_log is not None
    return parse(settings.prediction_log.get_secret_value())
