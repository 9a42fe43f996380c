"""Every tutorial is run as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from testing.tutorials import pages, replay, written

_CUT = 100
"""Letters of a line that is cut: a number before the cut may have fewer digits."""


@pytest.mark.slow
@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_a_tutorial_does_what_it_says(page: Path, tmp_path: Path) -> None:
    steps = list(replay(page, tmp_path, quick=True))
    shown = [step for step in steps if step.expected is not None]
    assert shown
    assert _forms(written(page.read_text(), steps)) == _forms(page.read_text())


def _forms(text: str) -> list[str]:
    """The lines without their numbers, which differ a little between processors, and spaces, which align them."""
    varies = re.compile(r"-?\d[\d.,e-]*|(not )?worse")  # linear models alone may lose to a baseline
    lines = [re.sub(r"\s+", " ", varies.sub("#", line)) for line in text.splitlines()]
    return [line[:_CUT] if line.endswith("...") else line for line in lines]
