from __future__ import annotations

import pytest

from seqserve.registry.store import Key
from seqserve.registry.version_patterns import VersionPatterns

KEY = Key("forecast", "google", "2")


@pytest.mark.parametrize(
    ("stated", "matches"),
    [
        ("*", True),
        ("forecast", True),
        ("forecast/*", True),
        ("sentiment/*, forecast/goo*", True),
        ("forecast/google@stable", True),
        ("forecast/google@2", True),
        ("*/*@stable", True),
        ("defaults", False),
        ("", False),
        ("sentiment", False),
        ("forecast/google@canary", False),
        ("forecast/google@1", False),
    ],
)
def test_a_pattern_names_versions(stated: str, matches: bool) -> None:
    assert VersionPatterns.parse(stated).match(KEY, ["stable"]) == matches


@pytest.mark.parametrize("stated", ["forecast/", "a/b/c", "forecast@stable", "Forecast", "forecast/google@", "a b"])
def test_what_is_no_pattern(stated: str) -> None:
    with pytest.raises(ValueError, match="is no pattern: task/name"):
        VersionPatterns.parse(stated)
