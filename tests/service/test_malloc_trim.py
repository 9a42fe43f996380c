from __future__ import annotations

import ctypes
from types import SimpleNamespace

import pytest

from service import malloc_trim


def test_all_freed_memory_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace(malloc_trim=kept.append))
    malloc_trim.give_back()
    assert kept == [0]


def test_a_c_library_without_it_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())
    malloc_trim.give_back()
