from __future__ import annotations

import gzip
import io
import json
import zipfile

import pandas as pd
import pytest

from seqserve.tabular import series_table
from seqserve.tabular.series_table import ReadOptions, Table

DAYS = pd.date_range("2024-01-01", periods=40)
FRAME = pd.DataFrame({"date": DAYS, "shop": ["a"] * 40, "y": [number + 1.125 for number in range(40)]})
TEXT = FRAME.to_csv(index=False).encode()


def read(content: bytes, **said: object) -> Table:
    options = ReadOptions(**said)  # type: ignore[arg-type]
    return series_table.clean(series_table.parse("own.x", content, options), options, "own.x")


def zipped(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, TEXT)
    return target.getvalue()


def excel(**sheets: pd.DataFrame) -> bytes:
    target = io.BytesIO()
    with pd.ExcelWriter(target) as writer:
        for name, sheet in sheets.items():
            sheet.to_excel(writer, sheet_name=name, index=False, startrow=2)
    return target.getvalue()


def parquet() -> bytes:
    target = io.BytesIO()
    FRAME.to_parquet(target)
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        gzip.compress(TEXT, mtime=0),
        zipped("a.csv"),
        excel(a=FRAME, notes=pd.DataFrame()),
        parquet(),
        gzip.compress(parquet(), mtime=0),
        FRAME.to_json(orient="records", lines=True, date_format="iso").encode(),
        FRAME.to_json(orient="records", date_format="iso").encode(),
    ],
    ids=["text", "gzip", "zip", "excel", "parquet", "parquet in gzip", "json lines", "json"],
)
def test_what_holds_a_table_is_read(content: bytes) -> None:
    table = read(content)
    assert (table.frequency, table.target, table.time, table.dropped) == ("D", "y", ["date"], 0)
    assert list(table.times.tz_localize(None)) == list(DAYS)
    assert table.values[:, 0].tolist() == FRAME["y"].tolist()


def test_a_sheet_of_several_is_named() -> None:
    content = excel(one=FRAME, two=FRAME.assign(y=5.0))
    with pytest.raises(ValueError, match="sheets one, two; say --sheet"):
        read(content)
    assert read(content, sheet="two").values[0, 0] == 5
    with pytest.raises(ValueError, match="no sheet 'three'"):
        read(content, sheet="three")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped("a.csv", "b.csv"), "holds 2 files"),
        (gzip.compress(TEXT, mtime=0)[:50], "cannot be unpacked"),
        (b"PK\3\4 no archive", "cannot be unpacked"),
        (b"PAR1 no table", "no Parquet file"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), "before 2007"),
        (b'{"a": 1}\n{"a": ', "no JSON with an object a line"),
        (b'[{"a": 1}, 2]', "write an object a line"),
    ],
    ids=["two files", "half a gzip", "no zip", "no parquet", "old excel", "half an object", "no object"],
)
def test_what_holds_none_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read(content)


@pytest.mark.parametrize(
    "content",
    [
        "\n".join(json.dumps({"at": {"day": f"{day:%Y-%m-%d}"}, "y": row}) for row, day in enumerate(DAYS)),
        json.dumps({"status": "ok", "data": [{"date": f"{day:%Y-%m-%d}", "y": row} for row, day in enumerate(DAYS)]}),
        json.dumps({"date": [f"{day:%Y-%m-%d}" for day in DAYS], "y": list(range(40))}),
        pd.DataFrame({"date": DAYS.astype(str), "y": range(40)}).to_json(),
    ],
    ids=["objects in objects", "a list in an object", "lists as columns", "as pandas writes columns"],
)
def test_json_in_other_shapes(content: str) -> None:
    table = read(content.encode())
    assert list(table.times) == list(DAYS)
    assert list(table.values[:, 0]) == list(range(40))


def test_parquet_keeps_an_index_without_a_name() -> None:
    target = io.BytesIO()
    pd.DataFrame({"y": range(40)}, index=DAYS).to_parquet(target)
    assert list(read(target.getvalue()).times) == list(DAYS)


def test_a_series_in_a_cell_is_refused() -> None:
    target = io.BytesIO()
    pd.DataFrame({"item": ["a", "b"], "target": [[1.0, 2.0], [3.0, 4.0]]}).to_parquet(target)
    with pytest.raises(ValueError, match="no column holds numbers"):
        read(target.getvalue())
