"""The cells of a table as people write them: gaps, and numbers with signs, separators, units and decimal commas."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from seqserve.core.arrays import Floats
from seqserve.tabular.numeric import decimals

GAPS = {
    *(
        "",
        "na",
        "n/a",
        "#n/a",
        "#na",
        "#n/v",
        "#nv",
        "n.a.",
        "n.a",
        "k.a.",
        "k. a.",
        "nan",
        "-nan",
        "nat",
        "null",
        "(null)",
    ),
    *("(null)", "none", "<na>", "nil", "missing", "\\n", "nd", "n.d.", "not available", "1.#qnan"),
    *(": c", ": u", ": z", ": n", ": m", ":c", ":u", ":z", ":n", ":m"),  # of Eurostat
    *("-", "--", "---", "–", "—", "?", ".", "..", "...", "…", "*", ":"),
    *("#value!", "#div/0!", "#ref!", "#num!", "#name?", "#null!", "#wert!"),
}
CURRENCY = (
    r"(?:[A-Z]{0,3}[$€£¥￥₹₽₩₺₪฿₫₴₱₦]|USD|EUR|GBP|CHF|JPY|INR|SEK|NOK|DKK|PLN|CZK|HUF|CNY|BRL|CAD|AUD"
    r"|Rs\.?|руб\.?|円|元|원|kr\.?|zł|Kč|Ft|Fr\.)"
)
_SPACE = r"[ \u00a0\u2009\u202f\u2007]"
_FACTORS = {"k": 1e3, "K": 1e3, "M": 1e6, "B": 1e9, "bn": 1e9, "Bn": 1e9, "mn": 1e6, "Mn": 1e6, "T": 1e12}
_FACTORS |= {"Tsd": 1e3, "Tsd.": 1e3, "Mio": 1e6, "Mio.": 1e6, "Mrd": 1e9, "Mrd.": 1e9, "Cr": 1e7, "L": 1e5}
_SUFFIX = (
    r"^(?P<number>[^A-Za-zµ°%‰]*[\d.,])\s*"
    r"(?P<unit>(?![eE][+-]?\d)[^\W\d_µ]*[A-Za-zµ°%‰][^\d\s]*(?:[/ ][A-Za-z][^\s]*)?[²³]?)$"
)
_MARKS = r"(?<=[\d.,])\s*(?:\*+|[†‡]+|[¹²³⁴⁵]+|\((?:[a-z]|\d)\)|\[(?:[a-z]|\d)\])$|^(?:[~≈]|ca\.)\s*(?=[\d.,+-])"
_FLAG = r"[bcdefinprsuvz]{1,2}|P|R|E"  # of statistical offices, such as p for provisional and r for revised
_FEWEST_COUNTED = 10


@dataclass(frozen=True)
class Written:
    """A column of numbers without what is written around them.

    Args:
        text: digits, marks and signs; empty for a gap.
        factors: what each is multiplied by, such as a million for `1.01M`; none for 1.
        notes: what was taken away, one sentence each.
    """

    text: pd.Series
    factors: Floats | None = None
    notes: list[str] = field(default_factory=list)


def gaps(cells: pd.Series) -> pd.Series:
    """Which cells say that there is no value."""
    return cells.str.strip().str.lower().isin(GAPS)


def is_number(cell: str) -> bool:
    """Whether a cell is a number, whatever its decimal mark."""
    alone = pd.Series([cell], dtype="str")
    return not gaps(alone).all() and are_numbers(alone)


def are_numbers(cells: pd.Series, share: float = 1.0) -> bool:
    """Whether at least this share of the cells that are no gaps are numbers, and there is one.

    The decimal mark may be either.
    """
    if cells.dtype.kind in "iufb":
        return cells.dtype.kind != "b" and bool(cells.notna().any())
    missing = gaps(cells)
    present = cells[~missing]
    if not len(present):
        return False
    if pd.to_numeric(present, errors="coerce").notna().all():
        return True
    text = written(cells).text[~missing]
    found = np.maximum(*(np.isfinite(parsed(text, mark)) for mark in (decimals.POINT, decimals.COMMA)))
    return bool(found.mean() >= share)


def written(cells: pd.Series) -> Written:
    """The numbers of a column of strings without currencies, units, and blanks or apostrophes between thousands."""
    present = cells.where(~gaps(cells), "").str.strip()
    if pd.to_numeric(present, errors="coerce").notna().eq(present != "").all():
        return Written(present)
    text = (
        present.str.replace(r'^="(.*)"$', r"\1", regex=True)
        .str.strip("'\"")
        .str.replace(r"[\u2212\u2013]", "-", regex=True)
    )
    text = text.str.replace(_SPACE, " ", regex=True).str.strip()
    notes = []
    bare = text.str.replace(rf"^([+-]?)\s*{CURRENCY}\s*(?=[\d(.,+-])|\s*{CURRENCY}$", r"\1", regex=True)
    if not bare.equals(text):
        notes.append("the sign of a currency")
    plain = bare.str.replace(_MARKS, "", regex=True)
    if not plain.equals(bare):
        notes.append("marks of footnotes and estimates")
    bare = plain
    bare = bare.str.replace(r"^\(\s*(.+?)\s*\)$", r"-\1", regex=True)  # as accountants write what is owed
    text, factors, unit = _without_units(bare)
    if unit:
        notes.append(unit)
    text = text.str.replace(rf"^([+-])\s*{CURRENCY}?\s*", r"\1", regex=True)
    text = text.str.replace(r"^(\d[\d.,' ’]*)\s?-$", r"-\1", regex=True)  # SAP writes the sign behind
    return Written(_without_spaces(text), factors, notes)


def _without_units(text: pd.Series) -> tuple[pd.Series, Floats | None, str]:
    parts = text.str.extract(_SUFFIX)
    has_unit = parts["unit"].notna()
    if not has_unit.any():
        return text, None, ""
    units = set(parts["unit"].dropna())
    filled = text != ""
    counted = len(units) > 1 or not units <= {"k", "m", "L", "T"} or (units == {"k"} and not has_unit[filled].all())
    if units <= _FACTORS.keys() and counted:
        factors: Floats = np.asarray(parts["unit"].map(_FACTORS).fillna(1.0), np.float64)
        return (
            parts["number"].where(has_unit, text).str.strip(),
            factors,
            f"{', '.join(sorted(units))} for thousands or more",
        )
    if len(units) == 1 and (units <= {"%", "‰"} or has_unit[filled].all()):
        return parts["number"].where(has_unit, text).str.strip(), None, f"the unit {next(iter(units))}"
    flags = parts["unit"].dropna().str.fullmatch(_FLAG)
    if flags.all() and not has_unit[filled].all():
        return parts["number"].where(has_unit, text).str.strip(), None, f"the flags {', '.join(sorted(units))}"
    return text, None, ""


def _without_spaces(text: pd.Series) -> pd.Series:
    """`1 234 567` and `1'234'567` as 1234567; any other space stays, and makes the cell no number."""
    first = text[text != ""].str.extract(r"^(\d+) ")[0].astype(np.float64)
    if len(first) >= _FEWEST_COUNTED and first.iloc[0] <= 1 and (first.diff().iloc[1:] == 1).all():
        return text  # the number of each row, and its value beside it
    grouped = text.str.fullmatch(r"[+-]?[1-9]\d{0,2}(?:(?: \d{3})+|(?:['’`´ʼ]\d{3})+)(?:[.,]\d*)?")
    return text.mask(grouped, text.str.replace(r"[ '’`´ʼ]", "", regex=True))


def parsed(text: pd.Series, mark: str) -> Floats:
    """The numbers of bare text with a decimal mark; NaN where a cell is empty or is none."""
    plain = pd.to_numeric(text, errors="coerce").to_numpy(np.float64)
    other = decimals.COMMA if mark == decimals.POINT else decimals.POINT
    marked = text.str.contains(f"[{other}]" if mark == decimals.POINT else r"[.,]", regex=True)
    if not marked.any():
        return plain
    rest = text[marked]
    o, m = f"[{other}]", f"[{mark}]"
    groups = rf"\d{{1,3}}(?:{o}\d{{3}})+|\d{{1,3}}(?:{o}\d{{2}})*{o}\d{{3}}"
    valid = rest.str.fullmatch(rf"[+-]?(?:(?:\d+|{groups})(?:{m}\d*)?|{m}\d+)(?:[eE][+-]?\d+)?")
    clean = rest.where(valid, "").str.replace(other, "", regex=False).str.replace(mark, ".", regex=False)
    found = plain.copy()
    found[marked.to_numpy(bool)] = pd.to_numeric(clean, errors="coerce").to_numpy(np.float64)
    return found


def gaps_aside(cells: pd.Series) -> pd.Series:
    """The cells that are no gaps; of numbers and dates those that are not missing."""
    return cells[cells.notna()] if not pd.api.types.is_string_dtype(cells.dtype) else cells[~gaps(cells)]
