from __future__ import annotations

import pytest

from seqserve.tabular.files import file_format


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_the_usual_encodings_are_told_apart(encoding: str) -> None:
    assert file_format.decoded("a.csv", "caf\u00e9".encode(encoding)) == "caf\u00e9"


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a\.csv is no table but a binary file"):
        file_format.decoded("a.csv", b"a\0b")


@pytest.mark.parametrize(
    ("name", "text", "delimiter"),
    [
        ("a.csv", "a,b\n1;2;3", ","),
        ("a.csv", "a;b\n", ";"),
        ("a.csv", "\n\na|b", "|"),
        ("a.tsv", "a\tb,c", "\t"),
        ("a.csv", "a\tb,c", ","),
        ("a.csv", "a", ","),
    ],
)
def test_the_delimiter_is_what_the_header_has_most_of(name: str, text: str, delimiter: str) -> None:
    assert file_format.delimiter_of(name, text) == delimiter


def test_a_column_without_a_name_is_called_by_its_number() -> None:
    assert file_format.header_of("a.csv", ["x", " "]) == ["x", "column 2"]


@pytest.mark.parametrize(
    ("row", "message"), [(["1", "2020-01-01"], "no header"), (["a", "a"], "two columns named 'a'")]
)
def test_a_row_that_is_no_header_is_refused(row: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        file_format.header_of("a.csv", row)


def test_the_case_of_a_column_matters_only_between_two() -> None:
    assert file_format.named(["Text"], "text", "a.csv") == "Text"
    assert file_format.named(["Text", "text"], "text", "a.csv") == "text"
    with pytest.raises(ValueError, match=r"a\.csv has no column 'label'; the columns are Text"):
        file_format.named(["Text"], "label", "a.csv")
