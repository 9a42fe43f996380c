"""Batch scoring of texts that stand in a column of a table, for tasks that answer a text."""

from __future__ import annotations

import argparse
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from seqserve.core.batch_scoring import ERROR, WARNINGS, BatchScoring, Opened, Scored
from seqserve.core.predictor import AnyPredictor
from seqserve.errors import InputError
from seqserve.tabular.row_blocks.row import FAULT

if TYPE_CHECKING:
    import pyarrow as pa

P = TypeVar("P", bound=AnyPredictor)

_TEXT = "text"


class TextBatch(BatchScoring[P]):
    """A row of the output is a row of the input: its columns as they are, and those of the answer behind them."""

    noun = "texts"
    block = 2_000

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--column",
            metavar="NAME",
            help=f"column of the texts (default: {_TEXT!r}, or the only column of words)",
        )
        parser.add_argument(
            "--keep", metavar="NAME,NAME", help="columns of the input to write too (default: all of them)"
        )

    def said(self, options: argparse.Namespace) -> dict[str, Any]:
        return {"column": options.column, "keep": options.keep.split(",") if options.keep is not None else None}

    def check(self, predictor: P, said: Mapping[str, Any]) -> None:
        pass

    @abstractmethod
    def schema(self, predictor: P, said: Mapping[str, Any]) -> Mapping[str, pa.DataType]:
        """The columns of an answer, beside errors and warnings."""

    @abstractmethod
    def query(self, text: str, said: Mapping[str, Any]) -> Any:
        """The query of a text."""

    @abstractmethod
    def cells(self, answer: Any, said: Mapping[str, Any]) -> Sequence[Any]:
        """The cells of an answer, as `schema` names them."""

    def count(self, file: Opened) -> int | None:
        from seqserve.tabular.row_blocks import files

        return files.count(*file)

    def read(self, opened: Sequence[Opened], predictor: P, said: Mapping[str, Any], size: int) -> Iterator[pa.Table]:
        from seqserve.tabular.files import file_format
        from seqserve.tabular.row_blocks import files  # pandas takes a third of a second

        answer = [*self.schema(predictor, said), ERROR, WARNINGS]
        for file in opened:
            column = None  # the first block decides, so that all of a file's texts are from one column
            for table in files.blocks(*file, size):
                names = [name for name in table.column_names if name != FAULT]
                if column is None:
                    column = _column(file.name, table, said["column"])
                    _check_texts(file.name, column, table.schema.field(column).type)
                wanted = names if said["keep"] is None else said["keep"]
                kept = [file_format.named(names, name, file.name) for name in wanted if name.strip()]
                if taken := [name for name in kept if name in answer]:
                    raise ValueError(
                        f"{file.name} has {', '.join(taken)}, as the answers do; rename it, or leave it out with --keep"
                    )
                yield _tagged(table.select([*dict.fromkeys([*kept, column]), FAULT]), column, kept)

    def score(self, predictor: P, block: pa.Table, said: Mapping[str, Any]) -> Scored:
        import pyarrow as pa

        column, kept = block.schema.metadata[b"text"].decode(), block.schema.metadata[b"kept"].decode().split("\n")
        texts, faults = _texts(block.column(column)), block.column(FAULT).to_pylist()
        answers: list[Any] = [
            InputError("unreadable_row", fault, "") if fault else _checked(text)
            for text, fault in zip(texts, faults, strict=True)
        ]
        whole = [place for place, answer in enumerate(answers) if answer is None]
        found = predictor.predict([self.query(str(texts[place]), said) for place in whole])
        for place, answer in zip(whole, found, strict=True):
            answers[place] = answer
        schema = self.schema(predictor, said)
        empty = [None] * len(schema)
        errors = [f"{one.code}: {one}" if isinstance(one, InputError) else None for one in answers]
        rows = [empty if isinstance(one, InputError) else self.cells(one, said) for one in answers]
        warnings = [[] if isinstance(one, InputError) else one.warnings for one in answers]
        columns = {name: block.column(name) for name in kept if name}
        for (name, kind), cells in zip(schema.items(), zip(*rows, strict=True), strict=True):
            columns[name] = pa.array(cells, kind)
        columns[ERROR] = pa.array(errors, pa.string())
        columns[WARNINGS] = pa.array(warnings, pa.list_(pa.string()))
        codes = Counter(one.code for one in answers if isinstance(one, InputError))
        return Scored(pa.table(columns), len(answers), dict(codes), sum(map(bool, warnings)))


def _checked(text: Any) -> InputError | None:
    if text is None or text != text:  # NaN, which pandas writes for a missing cell
        return InputError("no_text", "the row has no text", _TEXT)
    return None


def _column(name: str, table: pa.Table, wanted: str | None) -> str:
    """The column of the texts.

    Raises:
        ValueError: none is named, and there are several that it could be.
    """
    import pyarrow as pa

    from seqserve.tabular.files import file_format

    names = [column for column in table.column_names if column != FAULT]
    if wanted is not None:
        return file_format.named(names, wanted, name)
    if any(column.strip().casefold() == _TEXT for column in names):
        return file_format.named(names, _TEXT, name)
    words = [column for column in names if _has_words(table.column(column).combine_chunks(), pa)]
    if len(words) != 1:
        raise ValueError(f"{name} has the columns {', '.join(names)}; say with --column which has the texts")
    return str(words[0])


def _has_words(cells: Any, pa: Any) -> bool:
    """Whether a column has cells with a blank between letters, as texts have and ids and numbers do not."""
    kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return False
    return any(" " in cell.strip() and any(map(str.isalpha, cell)) for cell in _texts(cells) if cell is not None)


def _check_texts(name: str, column: str, kind: pa.DataType) -> None:
    """Check that cells of a type can be read as texts.

    Raises:
        ValueError: they cannot.
    """
    import pyarrow as pa

    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise ValueError(f"{name}: the column {column} holds {kind}, no texts; say with --column which has the texts")


def _texts(cells: Any) -> list[Any]:
    """The cells of a column; Parquet may hold strings that are not UTF-8, which then have halves of surrogate pairs."""
    try:
        return list(cells.to_pylist())
    except UnicodeDecodeError:
        return [
            None if cell is None else cell.decode(errors="surrogateescape") for cell in cells.cast("binary").to_pylist()
        ]


def _tagged(table: pa.Table, column: str, kept: Sequence[str]) -> pa.Table:
    return table.replace_schema_metadata({"text": column, "kept": "\n".join(kept)})
