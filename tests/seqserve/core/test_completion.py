from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("module", "typed", "offered"),
    [
        ("seqserve", "models co", "compare"),
        ("seqserve", "predict forecast --out", "--output"),
        ("training", "forecast --look", None),
        ("training", "forecast --hor", "--horizon"),
    ],
)
def test_a_line_is_completed(module: str, typed: str, offered: str | None, tmp_path: Path) -> None:
    line = f"{sys.executable} -m {module} {typed}"
    asked = {
        "_ARGCOMPLETE": "3",  # words before the arguments
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_SHELL": "bash",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(tmp_path / "offered"),
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
        "COMP_TYPE": "9",
    }
    subprocess.run([sys.executable, "-m", module], cwd=ROOT, env={**os.environ, **asked}, check=True)
    found = (tmp_path / "offered").read_text().split("\n")
    assert [word.strip() for word in found if word] == ([offered] if offered else [])


def test_the_modules_say_that_they_complete() -> None:
    for module in ("seqserve", "training"):
        assert "PYTHON_ARGCOMPLETE_OK" in (ROOT / module / "__main__.py").read_text()[:1024]
