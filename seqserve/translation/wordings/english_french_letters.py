"""How a French letter begins and ends; a network that learned sentences makes nonsense of "Dear Anna,"."""

from __future__ import annotations

import re

from seqserve.translation.wordings.english_french import TITLE, titled
from seqserve.translation.wordings.rule import Rule

_NAME = r"(?!World\b)[A-Z][\w.'\u2019-]*"
_NAMES = rf"{_NAME}(?: (?:and )?{_NAME}){{0,3}}"
_GREETING = re.compile(
    r"\A(?:(?P<dear>[Dd]ear)|[Hh]i|[Hh]ello|[Hh]ey)"
    rf"(?: there| (?P<all>all|everyone|everybody|team|colleagues)| (?P<name>{_NAMES}))(?P<mark>[,!])\Z"
)
_TO_NO_ONE = re.compile(
    r"\A(?:dear (?:sirs?(?: or |/| and )madam|madam(?: or |/| and )sirs?)|to whom it may concern)[,:]?\Z", re.IGNORECASE
)
_CLOSING = re.compile(
    r"\A(?:(?:with )?(?:(?:best|kind|warm)(?:est)? )?regards|(?:yours )?(?:sincerely|faithfully|truly)(?: yours)?"
    r"|best wishes|best)(?P<mark>,)\Z",
    re.IGNORECASE,
)
_MADAM, _SIR = "Ch\u00e8re", "Cher"
_ALL = "\u00e0 tous"


def _greeting(match: re.Match[str]) -> str:
    if match["all"]:
        return f"Bonjour {_ALL}{match['mark']}"
    if not match["name"]:
        return f"Bonjour{match['mark']}"
    name = TITLE.sub(titled, match["name"]).replace(" and ", " et ")
    is_titled = match["dear"] and name != match["name"] and " et " not in name
    # Of a given name it is not known whether it is a man's or a woman's.
    before = (_MADAM if name.startswith("Mme") else _SIR) if is_titled else "Bonjour"
    return f"{before} {name}{match['mark']}"


def _to_no_one(_: re.Match[str]) -> str:
    return "Madame, Monsieur,"


def _closing(match: re.Match[str]) -> str:
    return f"Cordialement{match['mark']}"


RULES = [Rule(_TO_NO_ONE, _to_no_one), Rule(_GREETING, _greeting), Rule(_CLOSING, _closing)]
