"""Reads tables in a process of their own, which is started when it is needed and ends when it no longer is."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress

from seqserve.forecast.bulk.queries import Taker
from seqserve.tabular.read_options import ReadOptions
from service.errors import DeadlineError, QueueFullError
from service.forecast.tables import frames

_CHILD = "service.forecast.tables.child"
_IDLE_SECONDS = 60
_BUSY = 5
"""Seconds after which to come again where others wait already."""
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR")
"""Of the environment: whoever breaks the process learns no secret of the service."""


class BrokenReaderError(Exception):
    """The process ended while it read a file."""


class RefusedTableError(Exception):
    """A file that is refused; the message says why, and which option decides it."""


class Reader:
    """One process that reads one table at a time.

    Args:
        seconds: how long a file may wait, and be read.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._turn = asyncio.Lock()
        self._process: Process | None = None
        self._idle: asyncio.TimerHandle | None = None

    async def read(self, name: str, content: bytes, options: ReadOptions, taker: Taker, horizon: int) -> bytes:
        """What a file is understood as, as JSON.

        Raises:
            RefusedTableError: it is refused.
            QueueFullError: others take too long.
            DeadlineError: it takes too long.
            BrokenReaderError: it cannot be read without breaking the process.
        """
        try:
            async with asyncio.timeout(self._seconds):
                await self._turn.acquire()
        except TimeoutError:
            raise QueueFullError(_BUSY) from None
        try:
            async with asyncio.timeout(self._seconds):
                return await self._exchanged(frames.description(name, options, taker, horizon), content)
        except TimeoutError:
            self._end()
            raise DeadlineError(self._seconds) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            self._end()
            raise BrokenReaderError from None
        except RefusedTableError:
            raise
        except BaseException:  # the client has left, and half an answer may be on its way
            self._end()
            raise
        finally:
            self._turn.release()

    async def _exchanged(self, described: bytes, content: bytes) -> bytes:
        if self._idle is not None:
            self._idle.cancel()
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await _started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(frames.part(described))
        process.stdin.write(frames.part(content))
        await process.stdin.drain()
        length = int.from_bytes(await process.stdout.readexactly(frames.LENGTH))
        found = await process.stdout.readexactly(length)
        self._idle = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._end)
        if not found.startswith(frames.OK):
            raise RefusedTableError(found.decode(errors="replace"))
        return found[len(frames.OK) :]

    async def close(self) -> None:
        """End the process, and wait for its end."""
        process = self._process
        self._end()
        if self._idle is not None:
            self._idle.cancel()
        if process is not None:
            await process.wait()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()


async def _started() -> Process:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        _CHILD,
        stdin=PIPE,
        stdout=PIPE,
        env={**kept, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OPENBLAS_NUM_THREADS": "1"},
        start_new_session=True,  # Ctrl-C in a terminal is for the service, which then closes the input
    )
