"""Files that hold a table: text, compressed or not, Excel, Parquet and JSON Lines."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import IO, Any

import numpy as np
import pandas as pd

from seqserve.tabular.files import encoding, header, rows
from seqserve.tabular.read_options import ReadOptions

_LARGEST = 4 * 2**30  # bytes unpacked; more would fill memory
_PART = 2**20


def frame(name: str, content: bytes, options: ReadOptions) -> pd.DataFrame:
    """The cells of a file: strings, or numbers and dates where the file has types.

    Raises:
        ValueError: it is no table, or holds several; the message says what to do.
    """
    name, content = _unpacked(name, content)
    if content.startswith(b"PAR1"):
        return _typed_frame(_of_parquet(name, content))
    if content.startswith(b"PK\3\4"):
        return _of_excel(name, content, options)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValueError(f"{name} is an Excel file of before 2007; save it as .xlsx or CSV")
    found = encoding.of(name, content)
    start = content[:1_000].decode(found, errors="ignore").lstrip("\ufeff \t\r\n")
    if start.startswith(("{", "[{")):
        return _typed_frame(_of_json(name, content.decode(found, errors="replace")))
    table = rows.frame(name, content, found, options)
    if found not in ("utf-8-sig", "utf-8"):
        table.attrs[rows.NOTES] = [
            f"the encoding is {found}; save it as UTF-8 if names look wrong",
            *table.attrs[rows.NOTES],
        ]
    return table


def _unpacked(name: str, content: bytes) -> tuple[str, bytes]:
    """What a .gz or .zip holds, and its name.

    Raises:
        ValueError: it is broken, or holds no file or several.
    """
    try:
        if content.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(content)) as packed:
                return name.removesuffix(".gz"), _whole(name, packed)
        if content.startswith(b"PK\3\4"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if "[Content_Types].xml" in archive.namelist():
                    return name, content
                files = [file for file in archive.infolist() if not file.is_dir() and "__MACOSX" not in file.filename]
                if len(files) != 1:
                    raise ValueError(f"{name} holds {len(files)} files; unpack it, and name one")
                with archive.open(files[0]) as packed:
                    return files[0].filename.rsplit("/", 1)[-1], _whole(name, packed)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise ValueError(f"{name} cannot be unpacked: {error}") from None
    return name, content


def _whole(name: str, packed: gzip.GzipFile | IO[bytes]) -> bytes:
    """What is unpacked, read in parts: a buffer for the largest file would be taken at once."""
    content = bytearray()
    while part := packed.read(_PART):
        content += part
        if len(content) > _LARGEST:
            raise ValueError(f"{name} is larger than {_LARGEST // 2**30} GB unpacked; split it")
    return bytes(content)


def _of_parquet(name: str, content: bytes) -> pd.DataFrame:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise ValueError(f"{name} is Parquet, which needs pyarrow: pip install 'seqserve[tables]'") from None
    try:
        found: pd.DataFrame = parquet.read_table(pyarrow.BufferReader(content)).to_pandas()
    except (pyarrow.ArrowException, OSError) as error:
        raise ValueError(f"{name} is no Parquet file that can be read: {error}") from None
    named = any(level is not None for level in found.index.names)
    return found if isinstance(found.index, pd.RangeIndex) and not named else found.reset_index()


def _of_json(name: str, text: str) -> pd.DataFrame:
    try:
        objects = json.loads(text) if text.lstrip("\ufeff \t\r\n").startswith("[") else _objects(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} is no JSON with an object a line: {error}") from None
    if not all(isinstance(found, dict) for found in objects):
        raise ValueError(f'{name}: write an object a line, such as {{"ds": "2024-01-31", "y": 12.5}}')
    objects = [_flat(found) for found in objects]
    names = list(dict.fromkeys(key for found in objects for key in found))
    if not names:
        raise ValueError(f"{name} is empty")
    return pd.DataFrame({key: _column([found.get(key) for found in objects]) for key in names})


def _objects(text: str) -> list[Any]:
    """An object a line; or of one object the only list of objects in it, or its lists of one length as columns."""
    try:
        one = json.loads(text)
    except ValueError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    inner = [cells for cells in one.values() if isinstance(cells, list) and cells and isinstance(cells[0], dict)]
    if len(inner) == 1:
        return list(inner[0])
    columns = {key: list(cells.values()) if isinstance(cells, dict) else cells for key, cells in one.items()}
    lengths = {len(cells) if isinstance(cells, list) else 0 for cells in columns.values()}
    if len(columns) < 2 or len(lengths) > 1 or lengths == {0}:
        return [one]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _flat(found: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """An object whose objects are columns of their own: `data.y`."""
    flat: dict[str, Any] = {}
    for key, cell in found.items():
        flat |= _flat(cell, f"{prefix}{key}.") if isinstance(cell, dict) and cell else {f"{prefix}{key}": cell}
    return flat


def _of_excel(name: str, content: bytes, options: ReadOptions) -> pd.DataFrame:
    try:
        import openpyxl  # type: ignore[import-untyped]
    except ImportError:
        raise ValueError(f"{name} is an Excel file, which needs openpyxl: pip install 'seqserve[tables]'") from None
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}
    except Exception as error:  # openpyxl has no error of its own for broken files
        raise ValueError(f"{name} is no Excel file that can be read: {error}") from None
    tables = {title: cells for title, cells in sheets.items() if _has_table(cells)}
    if options.sheet is not None:
        if options.sheet not in sheets:
            raise ValueError(f"{name} has no sheet {options.sheet!r}; the sheets are {', '.join(sheets)}")
        tables = {options.sheet: sheets[options.sheet]}
    if not tables:
        raise ValueError(f"{name} is empty")
    if len(tables) > 1:
        raise ValueError(f"{name} has a table in each of the sheets {', '.join(tables)}; say --sheet and a name")
    ((title, cells),) = tables.items()
    found = _of_cells(name, cells, options)
    if len(sheets) > 1:
        found.attrs[rows.NOTES] = [f"sheet {title} is read", *found.attrs[rows.NOTES]]
    return found


def _has_table(cells: list[list[Any]]) -> bool:
    return sum(1 for row in cells if sum(cell is not None for cell in row) > 1) > 1 or (
        sum(1 for row in cells if any(cell is not None for cell in row)) > 3
    )


def _of_cells(name: str, cells: list[list[Any]], options: ReadOptions) -> pd.DataFrame:
    """A sheet, its header found as in a text; a column of one type keeps it."""
    cells = cells[options.skip_rows or 0 :]
    width = max((at for row in cells for at, cell in enumerate(row, 1) if cell is not None), default=0)
    cells = [row[:width] for row in cells]
    margin = next((at for at in range(width) if any(row[at] is not None for row in cells)), 0)
    cells = [row[margin:] for row in cells]
    shown = [[_text(cell) for cell in row] for row in cells[:200]]
    top = header.first(name, shown, options)
    body = [
        (number, row)
        for number, row in enumerate(cells, 1)
        if number > top.above and any(cell not in (None, "") for cell in row)
    ]
    if not body:
        raise ValueError(f"{name} has a header and no rows")
    names = [*top.names, *(f"column {number}" for number in range(len(top.names) + 1, width - margin + 1))]
    columns = {column: _column([row[at] for _, row in body]) for at, column in enumerate(names)}
    found = pd.DataFrame(columns).set_axis([number for number, _ in body])
    found.attrs |= {rows.NOTES: top.notes, rows.EXACT: True}
    return found


def _column(cells: Sequence[Any]) -> pd.Series:
    """Numbers or dates if all cells are such, else strings; empty ones are gaps."""
    present = [cell for cell in cells if cell is not None and cell != ""]
    if present and all(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in present):
        return pd.Series([np.nan if cell in (None, "") else float(cell) for cell in cells], dtype=np.float64)
    if present and all(isinstance(cell, date) for cell in present):
        return pd.Series(
            pd.to_datetime(pd.Series([None if cell in (None, "") else cell for cell in cells], dtype=object))
        )
    return pd.Series([_text(cell) for cell in cells], dtype="str")


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, (dict, list)):
        return json.dumps(cell, default=str)
    return str(cell)


def _of_type(cell: Any) -> Any:
    """A cell of a frame of objects, a missing one as none."""
    if isinstance(cell, np.ndarray):
        return cell.tolist()
    return None if not isinstance(cell, (list, dict)) and pd.isna(cell) else cell


def _typed_frame(found: pd.DataFrame) -> pd.DataFrame:
    """A frame of types as the reader takes them: floats, dates and strings."""
    columns = {}
    for at, column in enumerate(map(str, found.columns)):
        cells = found.iloc[:, at]
        kind = cells.dtype.kind
        if isinstance(cells.dtype, pd.DatetimeTZDtype) or kind == "M":
            columns[column] = cells
        elif pd.api.types.is_numeric_dtype(cells.dtype) and kind != "b":
            columns[column] = cells if kind in "iu" and not cells.hasnans else cells.astype(np.float64)
        elif cells.dtype == object:
            columns[column] = _column([_of_type(cell) for cell in cells])
        else:
            columns[column] = cells.astype("str").where(cells.notna(), "")
    if not len(found):
        raise ValueError("the table has no rows")
    typed = pd.DataFrame({header.normal(column): cells.reset_index(drop=True) for column, cells in columns.items()})
    typed.index = pd.RangeIndex(1, len(typed) + 1)
    typed.attrs |= {rows.NOTES: [], rows.EXACT: True}
    return typed
