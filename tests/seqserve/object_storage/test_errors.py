from __future__ import annotations

import pytest

from seqserve.object_storage.errors import StorageError, told


def test_what_a_client_library_says_is_told_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hunter2hunter2")
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", "AccountKey=open-sesame")
    error = ValueError("hunter2hunter2 at https://host/blob?sig=abc: AccountKey=open-sesame")
    assert told(error) == "ValueError: *** at https://host/blob?... ***"


def test_a_client_is_told_no_more_than_what_failed() -> None:
    error = StorageError("the object storage cannot be read", "http://10.0.0.1 is down")
    assert error.strerror == "the object storage cannot be read"
    assert str(error) == "the object storage cannot be read: http://10.0.0.1 is down"
