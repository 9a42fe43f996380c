from __future__ import annotations

import pytest

from seqserve.registry import names


@pytest.mark.parametrize("name", ["a", "en-fr", "3d", "a" * 64])
def test_a_name_has_lower_case_letters_digits_and_dashes(name: str) -> None:
    assert names.is_name(name)
    assert names.checked(name) == name


@pytest.mark.parametrize("name", ["", "A", "-a", "a_b", "..", "a/b", "é", "a\n", "a" * 65])
def test_any_other_is_refused(name: str) -> None:
    assert not names.is_name(name)
    with pytest.raises(ValueError, match="is no name"):
        names.checked(name)


@pytest.mark.parametrize(("name", "expected"), [("1", True), ("999999999", True), ("0", False), ("01", False)])
def test_a_version_is_a_whole_number_from_one(name: str, expected: bool) -> None:
    assert names.is_version(name) is expected


@pytest.mark.parametrize("name", ["", "1.0", "-1", "1 ", "1" * 10, "\u0661"])
def test_what_is_no_number_is_no_version(name: str) -> None:
    assert not names.is_version(name)
