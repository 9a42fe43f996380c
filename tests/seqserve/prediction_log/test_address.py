from __future__ import annotations

import pytest

from seqserve.prediction_log import address
from seqserve.prediction_log.address import parse
from seqserve.prediction_log.database import Database
from seqserve.prediction_log.errors import LogError

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("text", "kind", "url"),
    [
        ("sqlite:///log.db", "sqlite", "sqlite:///log.db"),
        ("sqlite:////var/lib/seqserve/log.db", "sqlite", "sqlite:////var/lib/seqserve/log.db"),
        ("postgresql://a:b@host/base", "postgresql", "postgresql+psycopg://a:b@host/base"),
        ("postgres://host/base", "postgresql", "postgresql+psycopg://host/base"),
    ],
)
def test_a_database_is_known_by_its_address(text: str, kind: str, url: str) -> None:
    found = parse(text)
    assert (found.kind, found.url) == (kind, url)


@pytest.mark.parametrize("text", ["", "log.db", "sqlite://", "sqlite:///:memory:", f"mysql://root:{SECRET}@host/base"])
def test_what_is_none_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError, match=r"is sqlite:///FILE or postgresql://") as refused:
        parse(text)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("secret", [SECRET, "a@b:c", "x?y", "x/y@z"])
def test_a_password_is_never_shown(secret: str) -> None:
    found = parse(f"postgresql://user:{secret}@host/base?sslmode=require")
    assert secret not in f"{found} {found!r}"


def test_an_at_sign_in_a_password_is_refused_before_it_is_taken_for_a_host() -> None:
    with pytest.raises(LogError, match="in a password it is written %40") as refused:
        Database(parse("postgresql://user:first@second@host/base"))
    assert "second" not in str(refused.value)
    Database(parse("postgresql://user:first%40second@host/base")).close()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "find_spec", lambda name: None if name == "psycopg" else object())
    parse("sqlite:///log.db").check_installed()
    with pytest.raises(ValueError, match=r"needs psycopg, not installed here: pip install 'seqserve\[predictions\]'"):
        parse("postgresql://host/base").check_installed()
