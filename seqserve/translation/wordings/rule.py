from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

Tidying = tuple[re.Pattern[str], str]
"""What a translation may have, and what is right, as of `re.sub`."""


class Rule(NamedTuple):
    """What is hidden from the network.

    Args:
        worded: how the other language writes what was found; none leaves it to the network.
    """

    pattern: re.Pattern[str]
    worded: Callable[[re.Match[str]], str | None]
