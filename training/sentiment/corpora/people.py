"""Names and groups of people, which must not move a label."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "words"

NAMES, RELIGIONS, GROUPS = ((_FOLDER / f"{kind}.txt").read_text().split() for kind in ("names", "religions", "groups"))
