"""Log lines for people or for programs, on standard output. None holds a body or a secret."""

from __future__ import annotations

import asyncio
import logging
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson

from service.settings import Settings

logger = logging.getLogger("service")
_requests = logging.getLogger("service.requests")

_OWN_HANDLERS = ("bentoml", "uvicorn.error", "circus")
_HELD_SECONDS = 0.05


def configure(settings: Settings) -> None:
    """Send what every library logs through one handler, BentoML's own lines included."""
    handler = _Lines()
    handler.setFormatter(_Json() if settings.log_format == "json" else _Text())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logger.setLevel(settings.log_level.upper())
    logger.disabled = False  # which BentoML does to loggers that are older than its own configuration
    for name in _OWN_HANDLERS:
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True


def hold_back(loop: asyncio.AbstractEventLoop | None) -> None:
    """Write the lines of requests a few times a second, from this loop; without one, and all other lines, at once."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _Lines):
            handler.hold_back(loop)


def requests_are_logged() -> bool:
    return _requests.isEnabledFor(logging.INFO)


def request(**values: Any) -> None:
    """The line of a request that is answered; without the search for who logs it, which a logger would do."""
    record = logging.LogRecord(_requests.name, logging.INFO, "", 0, "request", (), None)
    record.fields = {name: value for name, value in values.items() if value is not None}
    _requests.handle(record)


def fields(**values: Any) -> dict[str, Any]:
    """Named values for a line: `logger.info("draining", extra=fields(seconds=1))`."""
    return {"fields": values}


class _Lines(logging.StreamHandler[TextIO]):
    """Writes line by line or, once told so, those of requests many at a time: each writing costs a system call."""

    _loop: asyncio.AbstractEventLoop | None = None

    def __init__(self) -> None:
        super().__init__(sys.stdout)
        self._held: list[str] = []

    def hold_back(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """Write once in a while from this loop; with none, write what is held and from here on every line at once."""
        self._loop = loop
        self.flush()

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._held.append(self.format(record))
            if self._loop is None or record.name != _requests.name:
                self.flush()
            elif len(self._held) == 1:
                self._loop.call_soon_threadsafe(self._loop.call_later, _HELD_SECONDS, self.flush)
        except Exception:
            self.handleError(record)

    def flush(self) -> None:
        with self.lock or nullcontext():
            if self._held:
                self.stream.write("\n".join(self._held) + "\n")
                self._held.clear()
            super().flush()


class _Text(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        parts = [_time(record), record.levelname, record.getMessage()]
        parts += [f"{name}={value}" for name, value in getattr(record, "fields", {}).items()]
        if record.exc_info:
            parts.append("\n" + self.formatException(record.exc_info))
        return " ".join(parts)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
