from __future__ import annotations

import hashlib
import json
import logging
import os
from pathlib import Path

import pytest

from service.http.auth import new_key
from service.http.key_ring import KeyFileError, KeyRing, read

ANNA, BOB = (new_key() for _ in range(2))
SETTING = "SEQSERVE_API_KEYS_FILE"


def write(path: Path, *entries: str) -> None:
    staging = path.with_suffix(".new")
    staging.write_text("\n".join(entries))
    staging.replace(path)


def ring(path: Path, listed: dict[str, str] | None = None) -> KeyRing:
    return KeyRing(listed or {}, path, SETTING)


def owners(keys: KeyRing) -> list[str | None]:
    return [keys.owner(key.encode()) for key, _ in (ANNA, BOB)]


def test_keys_of_the_setting_and_of_the_file_are_accepted(tmp_path: Path) -> None:
    write(tmp_path / "keys", "# of the lab", "", f"  bob:{BOB[1]}  # since May")
    keys = ring(tmp_path / "keys", {ANNA[1]: "anna"})
    assert owners(keys) == ["anna", "bob"]
    assert keys.owner(b"another") is None


def test_a_file_that_changes_is_read_again_and_told_without_its_keys(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    write(tmp_path / "keys", f"anna:{ANNA[1]}")
    keys = ring(tmp_path / "keys")
    keys.reread()
    assert owners(keys) == ["anna", None]
    assert caplog.records == []
    write(tmp_path / "keys", f"bob:{BOB[1]}")
    keys.reread()
    assert owners(keys) == [None, "bob"]
    (record,) = caplog.records
    assert record.getMessage() == "keys re-read"
    assert vars(record)["fields"] == {"setting": SETTING, "added": "bob", "removed": "anna", "via": "file"}
    write(tmp_path / "keys", f"bob:{ANNA[1]}")
    keys.reread()
    assert vars(caplog.records[-1])["fields"]["replaced"] == "bob"


SECRET = "a-key-in-the-wrong-place"


@pytest.mark.parametrize(
    "content", ["", "# nothing", SECRET, f"anna:{SECRET}", f"anna:{ANNA[1]}\nanna:{BOB[1]}", "\xff", "x" * 2**21]
)
def test_a_broken_file_keeps_the_keys_and_is_told_once(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path / "keys", f"anna:{ANNA[1]}")
    keys = ring(tmp_path / "keys")
    (tmp_path / "keys").write_bytes(content.encode("latin-1"))
    for _ in range(3):
        keys.reread()
    assert owners(keys) == ["anna", None]
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert SETTING in record.getMessage()
    assert SECRET not in json.dumps(caplog.text)
    write(tmp_path / "keys", f"bob:{BOB[1]}")
    keys.reread()
    assert owners(keys) == [None, "bob"]


def test_a_file_that_was_never_read_lets_nobody_in(tmp_path: Path) -> None:
    keys = ring(tmp_path / "missing")
    assert keys
    assert owners(keys) == [None, None]
    write(tmp_path / "missing", f"anna:{ANNA[1]}")
    keys.reread()
    assert owners(keys) == ["anna", None]


def test_without_a_file_or_a_key_none_is_needed() -> None:
    assert not KeyRing({})
    assert KeyRing({hashlib.sha256(b"x").hexdigest(): "anna"})


def test_what_is_no_file_does_not_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/zero")):
        with pytest.raises(KeyFileError):
            read(path)
