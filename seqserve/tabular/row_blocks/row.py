"""A row of a file of text."""

from __future__ import annotations

from typing import NamedTuple

FAULT = "seqserve:fault"
"""A column of blocks: why a row cannot be read; null where it can."""


class Row(NamedTuple):
    """The cells of a row, null where it has none; or why it cannot be read."""

    cells: list[str | None]
    fault: str | None = None
