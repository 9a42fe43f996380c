from __future__ import annotations

import json
import os
import pwd
from pathlib import Path
from typing import Any

import pytest

from seqserve.registry import audit
from seqserve.registry.audit import Author, Change
from seqserve.registry.store import Key, Store
from testing import tiny

ANNA = Author("anna", "http", "request-1")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Versions 1, which is stable, and 2."""
    tiny.publish(tmp_path)
    tiny.publish(tmp_path, label=None)
    (tmp_path / audit.FILE).unlink()
    return Store(tmp_path)


def lines(store: Store) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in (store.root / audit.FILE).read_text().splitlines()]
    assert all(line.pop("time").endswith("+00:00") for line in found)
    return found


def test_each_change_is_one_line_with_before_and_after(store: Store) -> None:
    store.label(Key("forecast", "tiny", "2"), "canary", share=0.1, author=ANNA)
    store.label(Key("forecast", "tiny", "1"), "canary", share=0.5, author=ANNA)
    store.unlabel("forecast", "tiny", "canary", ANNA)
    tiny.publish(store.root, tiny.release("other"))
    store.set_default("forecast", "other", ANNA)
    about = {"task": "forecast", "model": "tiny", "label": "canary"}
    by = {"caller": "anna", "via": "http", "request_id": "request-1"}
    moved, again, removed, _, default = lines(store)
    assert moved == {"event": "label moved", **about, "from": None, "to": "2", "from_share": 0, "share": 0.1, **by}
    assert again == {"event": "label moved", **about, "from": "2", "to": "1", "from_share": 0.1, "share": 0.5, **by}
    assert removed == {"event": "label removed", **about, "from": "1", "to": None, "from_share": 0.5, "share": 0, **by}
    assert default == {"event": "default changed", "task": "forecast", "from": "tiny", "to": "other", **by}


def test_without_an_author_it_is_the_user_of_the_process(store: Store) -> None:
    store.label(Key("forecast", "tiny", "2"), "stable", even_if_worse=True)
    (line,) = lines(store)
    assert (line["caller"], line["via"]) == (pwd.getpwuid(os.geteuid()).pw_name, "command")
    assert "request_id" not in line


def test_a_user_without_a_name_has_a_number() -> None:
    assert audit.user_name(123_456_789) == "uid 123456789"


def test_what_is_refused_is_not_recorded(store: Store) -> None:
    with pytest.raises(Exception, match="share"):
        store.label(Key("forecast", "tiny", "2"), "canary", share=2)
    assert not (store.root / audit.FILE).exists()


def test_a_record_that_cannot_be_written_is_told_and_changes_nothing_else(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    (store.root / audit.FILE).mkdir()
    store.label(Key("forecast", "tiny", "2"), "stable", even_if_worse=True)
    assert store.labels("forecast", "tiny") == {"stable": "2"}
    assert '"to": "2"' in caplog.text


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a tree to another user")
def test_a_record_that_root_begins_belongs_to_the_owner_of_the_tree(store: Store) -> None:
    os.chown(store.root, 10_001, 10_001)
    before = os.umask(0o077)
    try:
        audit.append(store.root, Change("label moved", "forecast", "tiny", "stable", "1", "2"), ANNA)
    finally:
        os.umask(before)
    found = (store.root / audit.FILE).stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (10_001, 10_001, 0o644)
