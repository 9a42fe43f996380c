"""The rows of a file, a block at a time: Parquet, CSV and its kin, or JSON Lines, packed with gzip or not.

Memory is bounded by the block, not by the file. Parquet keeps the types of its columns. Cells of CSV and values of JSON
Lines are text as they stand, because nobody knows the type of a column before its last row.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, cast

from seqserve.tabular.row_blocks import delimited, json_lines
from seqserve.tabular.row_blocks.row import FAULT

if TYPE_CHECKING:
    import pyarrow as pa

_SUFFIXES = (".parquet", ".pq", ".csv", ".tsv", ".tab", ".txt", ".jsonl", ".ndjson", ".json")


def is_table(name: str) -> bool:
    """Whether a file of a folder is to be read, by its name; hidden files and those beginning with `_` are not."""
    plain = name.rsplit("/", 1)[-1].lower()
    return not plain.startswith(("_", ".")) and plain.removesuffix(".gz").endswith(_SUFFIXES)


def blocks(name: str, stream: BinaryIO, size: int) -> Iterator[pa.Table]:
    """Blocks of `size` rows, the last one of fewer, with a column `FAULT` last.

    A row that is broken has its fault there and null in other cells. Blank lines are no rows.

    Raises:
        ValueError: it is no table, or from some row on cannot be read.
        OSError: it cannot be read.
    """
    try:
        yield from _blocks(*_unpacked(name, stream), size)
    except (EOFError, zlib.error) as error:
        raise ValueError(f"{name} is damaged or cut off ({error}); pack it again") from None


def _blocks(name: str, stream: BinaryIO, size: int) -> Iterator[pa.Table]:
    head = stream.read(4)
    stream.seek(0)
    if head == b"PAR1":
        yield from _of_parquet(name, stream, size)
        return
    rows = json_lines.rows(name, stream) if json_lines.is_meant(name, stream) else delimited.rows(name, stream)
    columns = next(rows).cells
    import pyarrow as pa

    if FAULT in columns:
        raise ValueError(f"{name}: a column cannot be called {FAULT}; rename it")
    schema = pa.schema([(column, pa.string()) for column in (*columns, FAULT)])
    found: list[list[str | None]] = []
    fault: Exception | None = None
    try:
        for row in rows:
            found.append([*row.cells, row.fault])
            if len(found) == size:
                yield _table(found, schema)
                found = []
    except (ValueError, OSError, EOFError, zlib.error) as error:
        fault = error
    if found:
        yield _table(found, schema)
    if fault is not None:
        raise fault


def count(name: str, stream: BinaryIO) -> int | None:
    """About how many rows there are: exact in Parquet, lines in text; none where that would need unpacking."""
    head = stream.read(4)
    stream.seek(0)
    if head[:2] == b"\x1f\x8b":
        return None
    if head == b"PAR1":
        from pyarrow import parquet

        return int(parquet.read_metadata(stream).num_rows)
    lines = 0
    while part := stream.read(2**20):
        lines += part.count(b"\n")
    return lines


def _unpacked(name: str, stream: BinaryIO) -> tuple[str, BinaryIO]:
    packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    if not packed:
        return name, stream
    return name.removesuffix(".gz"), cast(BinaryIO, gzip.open(stream))


def _of_parquet(name: str, stream: BinaryIO, size: int) -> Iterator[pa.Table]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(stream)
        names = file.schema_arrow.names
        if not names:
            raise ValueError(f"{name} has no columns")
        if twice := [column for column in names if names.count(column) > 1 or column == FAULT]:
            raise ValueError(f"{name} has two columns named {twice[0]!r}; rename one")
        for batch in file.iter_batches(batch_size=size):
            table = pa.Table.from_batches([batch])
            yield table.append_column(FAULT, pa.nulls(len(table), pa.string()))
    except pa.ArrowException as error:
        raise ValueError(f"{name} is no Parquet file that can be read: {error}") from None


def _table(rows: list[list[str | None]], schema: pa.Schema) -> pa.Table:
    import pyarrow as pa

    return pa.Table.from_arrays([pa.array(column, pa.string()) for column in zip(*rows, strict=True)], schema=schema)
