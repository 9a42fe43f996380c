"""A job of batch scoring: what every process of it knows, and the two things that they do, reading and answering.

The results of a file are in a folder of its name: `00000.parquet` for its first block, and so on, and `_done.json` when
all are there. A block that is written is not done again.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyarrow as pa
from pyarrow import parquet

from seqserve import tasks
from seqserve.batch.files import InputFile, Output, opened
from seqserve.core.batch_scoring import BatchScoring, Opened
from seqserve.errors import SeqserveError
from seqserve.registry.artifact import Artifact

_COUNTS = b"seqserve"
"""Metadata of a written block: what its answers count to."""


class Source(NamedTuple):
    """What is read as one: a file, or several as one table.

    Args:
        name: of its folder of results.
    """

    name: str
    files: tuple[InputFile, ...]


@dataclass(frozen=True)
class Job:
    """What every process needs.

    Args:
        said: what the arguments of the task say.
        size: rows or series of a block.
        output: the folder of the results.
    """

    artifact: Artifact
    said: Mapping[str, Any]
    size: int
    output: str

    @property
    def batch(self) -> BatchScoring[Any]:
        found = tasks.TASKS[self.artifact.manifest.task].batch
        assert found is not None
        return found


class Block(NamedTuple):
    """A block that was read.

    Args:
        number: of its place in the source, from 0; of the end, how many there are.
        content: a table as an Arrow stream; none if its answers are written already, or at the end.
        is_end: whether this is no block, but the end of the source.
        fault: why the source could not be read to its end.
    """

    source: str
    number: int
    content: bytes | None
    is_end: bool = False
    fault: str | None = None


@dataclass(frozen=True)
class Counts:
    """What answers count to: queries, errors by code, and answers with a warning."""

    rows: int = 0
    errors: Mapping[str, int] = field(default_factory=dict)
    warned: int = 0

    def __add__(self, other: Counts) -> Counts:
        codes = sorted({*self.errors, *other.errors})
        errors = {code: self.errors.get(code, 0) + other.errors.get(code, 0) for code in codes}
        return Counts(self.rows + other.rows, errors, self.warned + other.warned)


class Done(NamedTuple):
    """What became of a block.

    Args:
        is_old: whether it was written before.
        node: of a cluster that answered it.
    """

    source: str
    number: int
    counts: Counts
    is_end: bool = False
    fault: str | None = None
    is_old: bool = False
    node: str | None = None


class Worker:
    """Reads and answers, in any process; the model is loaded once."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._output = Output(job.output)
        self.predictor = tasks.load(job.artifact)

    def read(self, source: Source) -> Iterator[Block]:
        """The blocks of a source, then its end; nothing is raised for a file that cannot be read."""
        number = 0
        fault = None
        try:
            with ExitStack() as stack:
                files = [Opened(file.name, stack.enter_context(opened(file))) for file in source.files]
                blocks = self._job.batch.read(files, self.predictor, self._job.said, self._job.size)
                for number, table in enumerate(blocks, 1):
                    is_written = self._output.exists(_file(source.name, number - 1))
                    yield Block(source.name, number - 1, None if is_written else _stream(table))
        except (SeqserveError, ValueError, OSError) as error:
            fault = str(error)
        yield Block(source.name, number, None, is_end=True, fault=fault)

    def score(self, block: Block) -> Done:
        """Answer a block and write the answers."""
        if block.is_end:
            return Done(block.source, block.number, Counts(), is_end=True, fault=block.fault)
        name = _file(block.source, block.number)
        if block.content is None:
            about = parquet.read_schema(io.BytesIO(self._output.read(name))).metadata or {}
            return Done(block.source, block.number, Counts(**json.loads(about[_COUNTS])), is_old=True)
        table = pa.ipc.open_stream(block.content).read_all()
        scored = self._job.batch.score(self.predictor, table, self._job.said)
        counts = Counts(scored.rows, scored.errors, scored.warned)
        content = io.BytesIO()
        parquet.write_table(scored.table.replace_schema_metadata({_COUNTS: json.dumps(vars(counts))}), content)
        self._output.write(name, content.getvalue())
        return Done(block.source, block.number, counts)


def _file(source: str, number: int) -> str:
    return f"{source}/{number:05d}.parquet"


def _stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    found: bytes = sink.getvalue().to_pybytes()
    return found
