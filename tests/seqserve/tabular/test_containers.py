from __future__ import annotations

import gzip
import io
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
        gzip.compress(TEXT),
        zipped("a.csv"),
        excel(a=FRAME, notes=pd.DataFrame()),
        parquet(),
        gzip.compress(parquet()),
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
        (gzip.compress(TEXT)[:50], "cannot be unpacked"),
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
