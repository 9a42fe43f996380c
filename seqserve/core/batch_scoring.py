"""How a task answers the rows of files in bulk, a block at a time.

A block is a table that one process reads and another answers, so both are tables of plain columns. Reading is where a
file is understood; answering is where the network runs.
"""

from __future__ import annotations

import argparse
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    import pyarrow as pa

P = TypeVar("P")

ERROR = "error"
WARNINGS = "warnings"


class Opened(NamedTuple):
    """A file to read.

    Args:
        name: for messages and formats.
        stream: its content, seekable.
    """

    name: str
    stream: BinaryIO


class BatchScoring(ABC, Generic[P]):
    """What `python -m seqserve batch <task>` asks of a task, for predictors of class P.

    Attributes:
        noun: what is counted, such as `texts`.
        block: how many of them are answered at once, by default.
    """

    noun: str
    block: int

    @abstractmethod
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments of the task."""

    @abstractmethod
    def said(self, options: argparse.Namespace) -> dict[str, Any]:
        """What the arguments say, as JSON can hold it: whatever changes an answer."""

    @abstractmethod
    def check(self, predictor: P, said: Mapping[str, Any]) -> None:
        """Raise ValueError or InputError if the model does not take what is said."""

    @abstractmethod
    def read(self, files: Sequence[Opened], predictor: P, said: Mapping[str, Any], size: int) -> Iterator[pa.Table]:
        """Blocks of up to `size` rows; the same ones each time.

        Args:
            files: one; or several to be read as one table.

        Raises:
            ValueError, OSError: the file cannot be read, or cannot be read to its end.
        """

    @abstractmethod
    def score(self, predictor: P, block: pa.Table, said: Mapping[str, Any]) -> Scored:
        """The answers to a block."""

    @abstractmethod
    def count(self, file: Opened) -> int | None:
        """About how many there are in a file, told quickly; none if that takes as long as reading it."""


class Scored(NamedTuple):
    """Answers to a block.

    Args:
        table: with the columns `error`, null where there is an answer, and `warnings`, a list.
        rows: how many queries they answer.
        errors: codes of errors, and how often each came.
        warned: queries whose answer has a warning.
    """

    table: pa.Table
    rows: int
    errors: dict[str, int]
    warned: int
