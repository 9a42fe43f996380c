import csv
import gzip
import io
import json
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from seqserve.tabular.row_blocks.files import blocks, count, is_table
from seqserve.tabular.row_blocks.row import FAULT


def read(name: str, content: bytes, size: int = 2) -> list[dict[str, Any]]:
    tables = list(blocks(name, io.BytesIO(content), size))
    assert all(len(table) == size for table in tables[:-1])
    assert all(0 < len(table) <= size for table in tables)
    return [row for table in tables for row in table.to_pylist()]


def parquet_of(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    parquet.write_table(table, stream)
    return stream.getvalue()


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    assert [row.pop(FAULT) for row in rows] == [None] * len(rows)
    return rows


_CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\0", exclude_categories=["Cs"]), max_size=12)


@given(rows=st.lists(st.tuples(st.integers(0, 99), _CELL), min_size=1, max_size=7), delimiter=st.sampled_from(",;|"))
def test_a_csv_is_read_as_it_was_written(rows: list[tuple[int, str]], delimiter: str) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows([("id", "text"), *((f"n{one}", text) for one, text in rows)])
    found = plain(read("a.csv", stream.getvalue().encode()))
    assert [(row["id"], row["text"].lstrip(" ")) for row in found] == [
        (f"n{one}", text.lstrip(" ")) for one, text in rows
    ]


@given(rows=st.lists(st.tuples(st.integers(), _CELL), min_size=1, max_size=7))
def test_json_lines_are_read_as_they_were_written(rows: list[tuple[int, str]]) -> None:
    content = "".join(json.dumps({"id": one, "text": text}) + "\n" for one, text in rows)
    assert plain(read("a.jsonl", content.encode())) == [{"id": str(one), "text": text} for one, text in rows]


def test_numbers_of_json_lines_keep_their_digits() -> None:
    content = b'{"a": 0.10, "b": 12345678901234567890.123, "c": 1e400, "d": [1.5], "e": 12345678901234567890}\n'
    (found,) = plain(read("a.jsonl", content))
    assert list(found.values()) == ["0.10", "12345678901234567890.123", "1e400", "[1.5]", "12345678901234567890"]


def test_parquet_keeps_its_types_and_gzip_is_unpacked() -> None:
    table = pa.table({"id": [1, 2, 3], "text": ["a b", None, "c"], "parts": [[1.5], [], None]})
    assert plain(read("a.parquet", parquet_of(table))) == table.to_pylist()
    assert plain(read("a.parquet.gz", gzip.compress(parquet_of(table)))) == table.to_pylist()
    assert plain(read("a.csv.gz", gzip.compress(b"id,text\n1,one\n", mtime=0))) == [{"id": "1", "text": "one"}]


def test_a_broken_row_says_why_and_its_neighbours_are_read() -> None:
    found = read("a.csv", b"id,text\n1,one\n2\n3,three,more\n4,four\n")
    assert [(row["id"], row["text"]) for row in found] == [("1", "one"), ("2", None), ("3", "three"), ("4", "four")]
    assert [row[FAULT] for row in found] == [
        None,
        "row 3 has 1 cells, the header has 2",
        "row 4 has 3 cells, the header has 2",
        None,
    ]
    found = read("a.jsonl", b'{"text": "one"}\n[1]\n{"text"\n\n{"text": null}\n{"text": "\xff"}\n{"text": "\\ud800"}\n')
    assert [row["text"] for row in found] == ["one", None, None, None, None, None]
    faults = [" ".join(str(row[FAULT]).split()[:5]) for row in found]
    assert faults == [
        "None",
        "line 2 is no object",
        "line 3 is not JSON:",
        "None",
        "line 6 is not UTF-8",
        "line 7 has half a",
    ]


def test_a_key_that_comes_late_is_a_fault_and_not_lost() -> None:
    content = b'{"text": "one"}\n' * 1_000 + b'{"text": "two", "late": 1}\n'
    *_, last = read("a.jsonl", content, size=400)
    assert last[FAULT] == "the keys late are not in the first 1,000 lines of the file"


def test_a_quote_that_is_never_closed_ends_the_file_and_not_its_beginning() -> None:
    reading = blocks("a.csv", io.BytesIO(b'id,text\n1,one\n2,two\n3,"three\n4,four\n'), 5)
    assert next(reading).column("id").to_pylist() == ["1", "2"]
    with pytest.raises(ValueError, match=r"^a\.csv, row 4: .*; the rows before are answered$"):
        next(reading)


def test_quotes_of_a_tsv_are_letters_unless_all_of_them_pair() -> None:
    loose = b'id\ttext\n1\t"oh" he said\n2\t5" screen\n'
    assert [row["text"] for row in read("a.tsv", loose)] == ['"oh" he said', '5" screen']
    assert [row["text"] for row in read("a.tsv", b'id\ttext\n1\t"a ""b"""\n')] == ['a "b"']


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b" \n\n", "is empty"),
        ("a.csv", b",,\n,,\n", "has no names of columns"),
        ("a.csv.gz", gzip.compress(b"text\none\n", mtime=0)[:-4], "a.csv.gz is damaged or cut off"),
        ("a.csv.gz", gzip.compress(b"text\none\n", mtime=0)[:10] + b"\xff" * 20, "a.csv.gz is damaged or cut off"),
        ("a.parquet", parquet_of(pa.Table.from_arrays([pa.array(["a"])] * 2, ["x", "x"])), "two columns named 'x'"),
        ("a.jsonl", b'[{"text": "a"}]', "write an object a line"),
        ("a.parquet", b"PAR1nothing", "is no Parquet file"),
        ("a.csv", b"1,2\n3,4\n", "has no header"),
    ],
)
def test_what_is_no_table_is_refused(name: str, content: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read(name, content)


def test_rows_are_counted_without_reading_them_one_by_one() -> None:
    assert count("a.parquet", io.BytesIO(parquet_of(pa.table({"id": range(10)})))) == 10
    assert count("a.csv", io.BytesIO(b"id\n1\n2\n")) == 3
    assert count("a.csv.gz", io.BytesIO(gzip.compress(b"id\n1\n", mtime=0))) is None


def test_files_of_other_programs_are_left_alone() -> None:
    names = ["a.csv", "b/c.PARQUET", "d.jsonl.gz", "_job.json", ".a.csv", "b/_SUCCESS", "model.onnx", "x.csv.part"]
    assert list(filter(is_table, names)) == ["a.csv", "b/c.PARQUET", "d.jsonl.gz"]


def test_a_column_cannot_take_the_name_of_faults() -> None:
    with pytest.raises(ValueError, match="rename it"):
        read("a.csv", f"{FAULT},text\n1,2\n".encode())
