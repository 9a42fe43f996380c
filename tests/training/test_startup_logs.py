from __future__ import annotations

import os
import sys

import pytest

from training import startup_logs

LINES = b"""WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795971848.363913    5503 port.cc:153] oneDNN custom operations are on.
E0000 00:00:1795971848.363913    5503 cuda.cc:1] no device
a library says something
"""


def test_information_is_held_back_and_the_rest_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    with startup_logs.held_back():
        os.write(2, LINES)
        print("an error of ours", file=sys.stderr)
    said = capfd.readouterr().err.splitlines()
    assert sorted(line.split()[0] for line in said) == ["E0000", "a", "an"]


def test_an_exception_is_not_held_back(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ImportError):
        _fail()
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "libc is too old\nafter\n"


def _fail() -> None:
    with startup_logs.held_back():
        os.write(2, b"libc is too old\n")
        raise ImportError
