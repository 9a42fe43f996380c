"""Whether a column writes `3.5` or `3,5`, told by cells that can be read in one way only, or by what else is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

POINT, COMMA = ".", ","
_SIGN = r"^[+-]?"
_CLOSER = 0.5  # how much narrower the spread of one reading must be to be believed


@dataclass(frozen=True)
class Evidence:
    """What a column says of its decimal mark.

    Args:
        proven: the marks that some cell proves, an example for each.
        ambiguous: the mark that stands before three digits in some cells, as a decimal or a thousands mark; or none.
        narrower: the mark as which `ambiguous` leaves the numbers nearer together, `.` or `,`, if one does clearly.
        whole: whether cells without a mark are below 1,000, as they are where it stands between thousands.
    """

    proven: dict[str, str]
    ambiguous: str | None = None
    narrower: str | None = None
    whole: bool = False


def of_column(text: pd.Series) -> Evidence:
    """The evidence of cells without currency signs, units and blanks; an empty cell says nothing."""
    marked = text[text.str.contains(r"[.,]", regex=True)]
    proven = {}
    for mark, other in ((POINT, COMMA), (COMMA, POINT)):
        proof = marked[_proves(marked, mark, other)]
        if len(proof):
            proven[mark] = str(proof.iloc[0])
    if proven or not len(marked):
        return Evidence(proven)
    ambiguous = POINT if marked.str.contains(".", regex=False).any() else COMMA
    bare = pd.to_numeric(text[~text.index.isin(marked.index)], errors="coerce").abs()
    bare = bare[bare > 0]
    if len(bare) < 3:
        return Evidence({}, ambiguous)
    return Evidence({}, ambiguous, _narrower(bare, marked, ambiguous), bool(bare.max() < 1_000))


def _proves(marked: pd.Series, mark: str, other: str) -> np.ndarray:
    """Which cells show that `mark` is the decimal mark."""
    m, o = f"[{mark}]", f"[{other}]"
    fraction = rf"{_SIGN}\d*{m}(?:\d{{1,2}}|\d{{4,}})?(?:[eE][+-]?\d+)?$"  # other than three digits behind it
    small = rf"{_SIGN}(?:0+|\d{{4,}})?{m}\d+(?:[eE][+-]?\d+)?$"  # no thousand begins with 0 or has four digits
    both = rf"{o}\d{{3}}{m}\d*$"
    groups = rf"{o}\d{{2,3}}{o}\d{{3}}(?:{m}\d*)?$"
    exponent = rf"{m}\d+[eE]"
    pattern = "|".join((fraction, small, both, groups, exponent))
    return marked.str.contains(pattern, regex=True).to_numpy(bool)


def _narrower(bare: pd.Series, marked: pd.Series, mark: str) -> str | None:
    """The decimal mark under which numbers with `mark` lie among those without."""
    fractions = pd.to_numeric(marked.str.replace(mark, ".", regex=False), errors="coerce").abs().dropna()
    if len(fractions) < 1:
        return None
    spread = [
        float(np.std(np.log(np.concatenate([bare.to_numpy(float), fractions.to_numpy(float) * factor]))))
        for factor in (1, 1_000)
    ]
    other = COMMA if mark == POINT else POINT
    if spread[1] < _CLOSER * spread[0] and bare.max() < 1_000:
        return other
    return mark if spread[0] < _CLOSER * spread[1] else None


def decide(evidence: Evidence, sisters: str | None, points_usual: str, column: str) -> tuple[str, str]:
    """The decimal mark of a column, and why; the reason is empty where nothing was to decide.

    Args:
        sisters: the mark that other columns prove.
        points_usual: the marks that are read as where points are decimal though they stand before three digits only.

    Raises:
        ValueError: cells prove both, or nothing tells; the message names `--decimal`.
    """
    if len(evidence.proven) == 2:
        point, comma = evidence.proven[POINT], evidence.proven[COMMA]
        raise ValueError(
            f"column {column} has numbers with a decimal point ({point}) and with a decimal comma ({comma}); "
            "write all in one way, or say --decimal . or --decimal ,"
        )
    if evidence.proven:
        return next(iter(evidence.proven)), ""
    if evidence.ambiguous is None:
        return sisters or POINT, ""
    if sisters is not None:
        return sisters, f"other columns have a decimal {_NAMES[sisters]}"
    if evidence.narrower is not None and not (evidence.whole and evidence.narrower == evidence.ambiguous):
        return evidence.narrower, "so its numbers lie near those without a mark"
    if evidence.ambiguous in points_usual and (evidence.narrower is None or evidence.ambiguous == COMMA):
        why = "its commas stand before three digits, and commas separate cells"
        return POINT, why if evidence.ambiguous == COMMA else ""
    marks = _NAMES[evidence.ambiguous]
    raise ValueError(
        f"the {marks}s in column {column} can be decimal {marks}s or thousands separators, and nothing in the file "
        "tells; say --decimal . or --decimal ,"
    )


_NAMES = {POINT: "point", COMMA: "comma"}


def described(mark: str) -> str:
    """`decimal point` or `decimal comma`."""
    return f"decimal {_NAMES[mark]}"
