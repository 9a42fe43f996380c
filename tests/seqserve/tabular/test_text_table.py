import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seqserve.tabular import text_table


def read(folder: Path, content: str | bytes, *names: str, file: str = "own.csv") -> list[list[str]]:
    """The cells of the rows; `text` and `label` unless others are named."""
    (folder / file).write_bytes(content.encode() if isinstance(content, str) else content)
    return list(text_table.read(folder / file, names or ("text", "label")).values())


def refused(folder: Path, content: str | bytes, *names: str, file: str = "own.csv") -> str:
    with pytest.raises(ValueError, match=file) as caught:
        read(folder, content, *names, file=file)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_rows_are_named_by_the_line_in_which_they_begin(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('\nid,text\n1,"two\nlines"\n\n2,one\n')
    assert text_table.read(tmp_path / "a.csv", ["text"]) == {"a.csv, row 3": ["two\nlines"], "a.csv, row 6": ["one"]}
    (tmp_path / "a.jsonl").write_text('\n{"text": "a"}\n\n{"text": "b"}\n')
    assert text_table.read(tmp_path / "a.jsonl", ["text"]) == {"a.jsonl, line 2": ["a"], "a.jsonl, line 4": ["b"]}
    with pytest.raises(OSError, match="nowhere"):
        text_table.read(tmp_path / "nowhere.csv", ["text"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_encodings_and_line_ends(tmp_path: Path, delimiter: str, encoding: str, end: str) -> None:
    lines = ["", "  ", f"Text{delimiter} LABEL", f'"Très{delimiter} ""bien"""{delimiter} bon', f"nul{delimiter}", ""]
    content = end.join(lines).encode(encoding)
    assert read(tmp_path, content) == [[f'Très{delimiter} "bien"', "bon"], ["nul", ""]]


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "\ufeffsep=;"])
def test_a_first_line_may_say_the_delimiter(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.csv").write_text(f"{line}\ntext;label\ngood, really;pos\n", encoding="utf-8")
    assert text_table.read(tmp_path / "a.csv", ["text", "label"]) == {"a.csv, row 3": ["good, really", "pos"]}


def test_columns_are_chosen_by_name_whatever_their_case(tmp_path: Path) -> None:
    content = "Text,text,LABEL\na,b,c\n"
    assert read(tmp_path, content) == [["b", "c"]]
    assert read(tmp_path, content, " label ", "TEXT") == [["c", "a"]]


def test_long_texts_are_read_and_the_tables_of_numbers_keep_their_limit(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    assert read(tmp_path, f"text,label\n{'x' * 200_000},1\n") == [["x" * 200_000, "1"]]
    assert csv.field_size_limit() == limit


@pytest.mark.parametrize("file", ["own.csv", "own.tsv"])
def test_cells_beyond_the_header_may_only_be_blank(tmp_path: Path, file: str) -> None:
    delimiter = "," if file == "own.csv" else "\t"
    blank, more = ("text,label\na,b,, \n", "text,label\na,b\nso, so,good\n")
    assert read(tmp_path, blank.replace(",", delimiter), file=file) == [["a", "b"]]
    message = refused(tmp_path, more.replace(",", delimiter), file=file)
    assert message.startswith(f"{file}, row 3 has 3 cells, the header has 2; put quotes around a text that holds")


@pytest.mark.parametrize("content", ["text,label,id\na,b,1\nhalf\n", "label,text\ngood,half\nof a text\n"])
def test_a_row_with_too_few_cells_is_refused(tmp_path: Path, content: str) -> None:
    assert "row 3 has 1 cells" in refused(tmp_path, content)


def test_columns_without_a_name_at_the_end_need_no_cells(tmp_path: Path) -> None:
    assert read(tmp_path, "text,label,,\na,b\nc,d,,e\n") == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("text,label\n\n", "a header and no rows"),
        ("text,label,text\na,b,c\n", "two columns named 'text'"),
        ("text,mood\na,b\n", "no column 'label'; the columns are text, mood"),
        ('text,"a\nb"\na,b\n', "no column 'label'; the columns are text, a b"),
        ("1,2\n3,4\n", "no header"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        ('text,label\n"two\nlines",b\n"a,b\nc,d\n', "row 4: a quote that begins a cell must end it"),
        ('text,label\na,b\n"Never" again,bad\n', "row 3: a quote that begins a cell must end it"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: str | bytes, message: str) -> None:
    assert message in refused(tmp_path, content)


def test_quotes_of_a_tab_separated_file_mark_cells_if_all_pair(tmp_path: Path) -> None:
    content = 'text\tlabel\n"two\nlines ""so"""\tgood\n"a\ttab"\tbad\nan "odd" one\tbad\n'
    assert read(tmp_path, content) == [['two\nlines "so"', "good"], ["a\ttab", "bad"], ['an "odd" one', "bad"]]


@pytest.mark.parametrize(
    "texts",
    [
        ['"Never again', "fine"],
        ['"Never" again', "fine", '"well"'],
        ['"Never again', "fine", 'again"'],
        ["fine", '"', '"'],
    ],
)
@pytest.mark.parametrize("file", ["own.csv", "own.tsv"])
def test_other_quotes_of_a_tab_separated_file_are_characters(tmp_path: Path, texts: list[str], file: str) -> None:
    content = "text\tlabel\n" + "".join(f"{text}\tgood\n" for text in texts)
    assert read(tmp_path, content, file=file) == [[text, "good"] for text in texts]


def test_a_column_of_a_tsv_may_hold_commas(tmp_path: Path) -> None:
    assert read(tmp_path, "text\ngood, bad\n", "text", file="own.TSV") == [["good, bad"]]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_blank_line_among_those_of_one_column_is_a_blank_cell(tmp_path: Path, end: str) -> None:
    lines = ["", "text", "a", "", "  ", '""', "b", '""', "", ""]
    cells = [cell.strip() for (cell,) in read(tmp_path, end.join(lines), "text")]
    assert cells == ["a", "", "", "", "b", ""]


def test_objects(tmp_path: Path) -> None:
    lines = ['{"Text": "a\\nb", "label": 5}', '{"label": null}', '{"Text": "c", "label": true, "more": [1]}', ""]
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        content = "\r\n".join(lines).encode(encoding)
        assert read(tmp_path, content, file="own.JSONL") == [["a\nb", "5"], ["", ""], ["c", "True"]]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("not json", "own.jsonl, line 2 is not JSON"),
        ("[" * 100_000, "own.jsonl, line 2 is not JSON"),
        ('["a", "b"]', "own.jsonl, line 2 is no object"),
        ('{"text": ["a"]}', "own.jsonl, line 2: text is neither a text nor a number"),
        ('{"text": {"a": 1}}', "own.jsonl, line 2: text is neither"),
        ('{"label": NaN}', "own.jsonl, line 2: label is neither"),
        ('{"label": 1e999}', "own.jsonl, line 2: label is neither"),
        ('{"text": "\\ud83d"}', "own.jsonl, line 2: half a surrogate pair in text"),
    ],
)
def test_a_bad_object_is_named(tmp_path: Path, line: str, message: str) -> None:
    assert refused(tmp_path, f'{{"text": "a", "label": "b"}}\n{line}\n', file="own.jsonl").startswith(message)


def test_a_key_that_no_object_has_is_refused(tmp_path: Path) -> None:
    content = '{"text": "a"}\n{"mood": "b"}\n'
    assert "no column 'label'; the columns are text, mood" in refused(tmp_path, content, file="own.jsonl")
    assert refused(tmp_path, "\n\n", file="own.jsonl") == "own.jsonl is empty"


_texts = st.text(st.sampled_from('ab ,;|\t\n\r"é'), max_size=8)


@pytest.mark.slow
@given(st.lists(st.tuples(_texts, _texts), min_size=1, max_size=5), st.sampled_from([",", ";", "|"]))
@settings(max_examples=80, deadline=None)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], delimiter: str
) -> None:
    folder = tmp_path_factory.mktemp("written")
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([("text", "label"), *rows])
    assert read(folder, written.getvalue()) == [list(row) for row in rows]
    objects = "\n".join(json.dumps(dict(zip(("text", "label"), row, strict=True))) for row in rows)
    assert read(folder, objects, file="own.jsonl") == [list(row) for row in rows]
