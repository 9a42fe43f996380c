"""Log lines for people or for programs, on standard output. None holds a body or a secret."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
import time
from abc import ABC, abstractmethod
from contextlib import nullcontext
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TextIO

import orjson

from service.monitoring import traces
from service.settings import Settings

logger = logging.getLogger("service")
_audit = logging.getLogger("audit")
_audit.setLevel(logging.INFO)
_lines: _Lines | None = None

_OWN_HANDLERS = ("bentoml", "uvicorn.error", "circus")
_HELD_SECONDS = 0.05
_APART = re.compile(r"[\s\"=]")


def configure(settings: Settings) -> None:
    """Send what every library logs through one handler, BentoML's own lines included."""
    global _lines
    _lines = _Lines(_Json() if settings.log_format == "json" else _Text())
    root = logging.getLogger()
    root.handlers = [_lines]
    root.setLevel(logging.WARNING)
    logger.setLevel(settings.log_level.upper())
    logger.disabled = _audit.disabled = False  # BentoML disables loggers older than its own configuration
    logging.captureWarnings(True)  # libraries would write lines of their own otherwise
    for name in _OWN_HANDLERS:
        library = logging.getLogger(name)
        library.handlers = []
        library.propagate = True


def hold_back(loop: asyncio.AbstractEventLoop | None) -> None:
    """Buffer the lines of requests and write them from this loop; without a loop write each at once, as other lines."""
    if _lines is not None:
        _lines.hold_back(loop)


def requests_are_logged() -> bool:
    """Whether the level of the log lets the lines of requests through."""
    return logger.isEnabledFor(logging.INFO)


def request(values: dict[str, Any]) -> None:
    """Write the line of an answered request; it bypasses `logging`, which takes longer than some requests."""
    if _lines is not None:
        _lines.add_request(values)


def audit(event: str, **values: Any) -> None:
    """Write the line of a change of what is served or who is let in, whatever the log level."""
    _audit.info(event, extra=fields(**values))


def fields(**values: Any) -> dict[str, Any]:
    """Named values for a line: `logger.info("draining", extra=fields(seconds=1))`."""
    return {"fields": values}


class _Lines(logging.StreamHandler[TextIO]):
    """Writes line by line or, on request, buffers the lines of requests: each write costs a system call."""

    _loop: asyncio.AbstractEventLoop | None = None

    def __init__(self, lines: _Format) -> None:
        super().__init__(sys.stdout)
        self.setFormatter(lines)
        self._format = lines
        self._held: list[str] = []

    def hold_back(self, loop: asyncio.AbstractEventLoop | None) -> None:
        """Buffer lines and write them from this loop; with no loop, flush and write every line at once from now on."""
        self._loop = loop
        self.flush()

    def add_request(self, values: dict[str, Any]) -> None:
        """Called from the event loop only."""
        line = self._format.line(time.time(), "INFO", "service.requests", "request", values)
        with self.lock or nullcontext():
            self._held.append(line)
            is_first = len(self._held) == 1
        if self._loop is None:
            self.flush()
        elif is_first:
            self._loop.call_later(_HELD_SECONDS, self.flush)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._held.append(self.format(record))
            self.flush()
        except Exception:
            self.handleError(record)

    def flush(self) -> None:
        with self.lock or nullcontext():
            if self._held:
                held, self._held = self._held, []
                self.stream.write("\n".join(held) + "\n")
            super().flush()


class _Format(logging.Formatter, ABC):
    """Lines of what happened, when, and named values."""

    @abstractmethod
    def line(self, created: float, level: str, name: str, message: str, values: dict[str, Any]) -> str: ...

    def format(self, record: logging.LogRecord) -> str:
        values = dict(getattr(record, "fields", {}))
        if trace_id := traces.trace_id():
            values["trace_id"] = trace_id
        if record.exc_info:
            values["exception"] = self.formatException(record.exc_info)
        return self.line(record.created, record.levelname, record.name, record.getMessage(), values)


class _Text(_Format):
    def line(self, created: float, level: str, name: str, message: str, values: dict[str, Any]) -> str:
        parts = [_time(created), level, message]
        parts += [f"{name}={_word(value)}" if name != "exception" else f"\n{value}" for name, value in values.items()]
        return " ".join(parts)


def _word(value: object) -> str:
    """A value as one word: a header may hold spaces, which would look like further values."""
    text = str(value)
    return text if text.isprintable() and not _APART.search(text) else json.dumps(text)


class _Json(_Format):
    def line(self, created: float, level: str, name: str, message: str, values: dict[str, Any]) -> str:
        line = {"time": _time(created), "level": level.lower(), "logger": name, "message": message, **values}
        return orjson.dumps(line, default=str).decode()


def _time(created: float) -> str:
    second, fraction = divmod(created, 1)
    return f"{_second(second)}.{int(fraction * 1000):03d}+00:00"


@lru_cache(maxsize=2)
def _second(second: float) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")
