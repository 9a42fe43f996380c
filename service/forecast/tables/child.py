"""The process that reads tables: a large, damaged or hostile file can take its memory and time, not the service's.

    python -m service.forecast.tables.child

It answers each frame on standard input with one on standard output, and ends with the input.
"""

from __future__ import annotations

import os
import re
import resource
import sys
from contextlib import suppress
from pathlib import Path

import orjson

from seqserve.forecast.bulk.request_items import of_file
from service.forecast.tables import frames

_MEMORY = 384 * 2**20
"""Bytes that a table may take, beside what this process has when it starts."""
_NICE = 5
"""Predictions come first."""
_DATA = re.compile(r"^VmData:\s+(\d+) kB$", re.MULTILINE)


def main() -> None:
    """Answer until the input ends."""
    _limit()
    asked, answered = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    while (described := frames.read_part(asked)) is not None:
        content = frames.read_part(asked)
        if content is None:
            return
        answered.write(frames.part(answer(described, content)))
        answered.flush()


def _limit() -> None:
    """Bound what a table can take: memory, and time of predictions; if memory is short, this process ends first."""
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    status = Path("/proc/self/status")
    if status.exists() and (data := _DATA.search(status.read_text())):
        most = 1024 * int(data[1]) + _MEMORY
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def answer(described: bytes, content: bytes) -> bytes:
    """What a file is understood as, as JSON in which gaps are null, behind `OK`; or why it is refused."""
    try:
        arguments = frames.arguments(described)
        found = {"name": arguments["name"], **of_file(content=content, **arguments)}
        return frames.OK + orjson.dumps(found, option=orjson.OPT_SERIALIZE_NUMPY)
    except ValueError as error:
        return str(error).encode(errors="replace")
    except (MemoryError, RecursionError):
        return b"it needs too much memory; send a part of it, or use python -m seqserve predict forecast"


if __name__ == "__main__":
    main()
