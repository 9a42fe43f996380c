"""Digits of other scripts, and full-width ones, as those that all else here reads."""

from __future__ import annotations

import unicodedata

import pandas as pd

_SIGNS = {"٫": ".", "٬": ",", "．": ".", "，": ",", "－": "-", "／": "/", "：": ":"}


def plain(cells: pd.Series) -> pd.Series:
    """A column of strings with its digits as 0 to 9; one that has foreign letters, such as names, stays as it is."""
    foreign = {letter for cell in cells.unique() if not cell.isascii() for letter in cell if letter > "\x7f"}
    if any(map(str.isalpha, foreign)):
        return cells
    plain = str.maketrans({letter: _plain(letter) for letter in foreign})
    return cells.map(lambda cell: cell.translate(plain)).astype(cells.dtype)


def _plain(letter: str) -> str:
    digit = unicodedata.decimal(letter, None)
    return _SIGNS.get(letter, letter) if digit is None else str(digit)
