from __future__ import annotations

import pytest

from seqserve.tabular.files import dialect
from seqserve.tabular.read_options import ReadOptions


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("Datum;Wert\n01.01.2022;1,5\n02.01.2022;2,5\n", ";"),
        ("store;Datum;y\n1;01/02/2022;1,5\n2;01/02/2022;2,5\n", ";"),
        ("Report\n\nstore;Datum;y\n1;01/02/2022;1,5\n2;01/02/2022;2,5\n", ";"),
        ("a\tb\n1\t2,5\n", "\t"),
        ("a|b\n1|2,5\n", "|"),
        ("Date        Value\n2022-01-01    101.04\n", "  "),
        ("Date Value\n2022-01-01 101.04\n", " "),
        ("sep=;\na,b;c\n", ";"),
        ("x\n1,5\n2,25\n", ","),
    ],
)
def test_the_delimiter_is_what_cuts_all_rows_alike(text: str, delimiter: str) -> None:
    lines = text.splitlines(keepends=True)
    found = dialect.of_head("a.csv", lines, ReadOptions())
    if text.startswith("x\n"):
        assert all(len(row) == 1 for row in dialect.Dialect("\t").reader(lines))
    else:
        assert found.delimiter == delimiter


def test_blanks_are_of_any_number() -> None:
    rows = list(dialect.Dialect("  ").reader(["a b   c\n", "\n", " 1  2 \n"]))
    assert rows == [["a b", "c"], [], ["1", "2"]]
