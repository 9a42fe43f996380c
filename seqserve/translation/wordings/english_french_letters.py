"""How a French letter begins and ends; a network that learned sentences makes nonsense of "Dear Anna,"."""

from __future__ import annotations

import re
from functools import partial

from seqserve.translation.wordings.english_french import TITLE, said, titled
from seqserve.translation.wordings.rule import Rule

# Words with a capital, behind which the network reads the line.
_NO_NAMES = (
    "World|You|There|Customer|Client|User|Guest|Reader|Member|Friend|Parent|Student|Colleague|Doctor|Professor|Sir|Madam"
    "|God|Lord|Mom|Mum|Dad|Diary|Santa|Hiring|Support|Sales|Neighbou?r|Applicant|Candidate"
)
_NAME = rf"(?!(?:{_NO_NAMES})s?\b)[A-Z][\w.'\u2019-]*"
_NAMES = rf"{_NAME}(?: (?:and )?{_NAME}){{0,3}}"
_GREETING = re.compile(
    r"\A(?:(?P<dear>[Dd]ear)|[Hh]i|[Hh]ello|[Hh]ey)"
    rf"(?: there| (?P<all>(?i:all|everyone|everybody|team|colleagues))| (?P<name>{_NAMES}))(?P<mark>[,:!])\Z"
)
_ALL = " \u00e0 tous"
_TO_CUSTOMER = re.compile(
    r"\Adear (?:valued )?(?:customer|client|user|guest|member|hiring manager|applicant|candidate)s?[,:]\Z",
    re.IGNORECASE,
)
_TO_FRIENDS = re.compile(r"\A[Dd]ear (?:(?P<friends>[Ff]riends)|[Cc]olleagues),\Z")
_TO_ONE = re.compile(r"\A[Dd]ear (?:(?P<sir>[Ss]ir)|[Mm]adam)[,:]\Z")
_TO_NO_ONE = re.compile(
    r"\A(?:dear (?:sirs?(?: or |/| and )madam|madam(?: or |/| and )sirs?)|to whom it may concern)[,:]?\Z", re.IGNORECASE
)
_CLOSING = re.compile(
    r"\A(?:(?:with )?(?:(?:best|kind|warm)(?:est)? )?regards|(?:yours )?(?:sincerely|faithfully|truly)(?: yours)?"
    r"|best wishes|best),\Z",
    re.IGNORECASE,
)


def _greeting(match: re.Match[str]) -> str:
    mark = " !" if match["mark"] == "!" else ","
    if not match["name"]:
        return f"Bonjour{_ALL if match['all'] else ''}{mark}"
    name = TITLE.sub(titled, match["name"]).replace(" and ", " et ")
    # Of a given name and of a doctor it is not known whether it is a man's or a woman's.
    known = {"M.": "Cher", "Mme": "Ch\u00e8re"} if match["dear"] and " et " not in name else {}
    return f"{known.get(name.split()[0], 'Bonjour')} {name}{mark}"


def _to_friends(match: re.Match[str]) -> str:
    return "Chers amis," if match["friends"] else "Chers coll\u00e8gues,"


def _to_one(match: re.Match[str]) -> str:
    return "Monsieur," if match["sir"] else "Madame,"


RULES = [
    Rule(_TO_NO_ONE, partial(said, "Madame, Monsieur,")),
    Rule(_TO_CUSTOMER, partial(said, "Madame, Monsieur,")),
    Rule(_TO_FRIENDS, _to_friends),
    Rule(_TO_ONE, _to_one),
    Rule(_GREETING, _greeting),
    Rule(_CLOSING, partial(said, "Cordialement,")),
]
