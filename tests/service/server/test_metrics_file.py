from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

import pytest
from prometheus_client.mmap_dict import MmapedDict

from service.server.metrics_file import MetricsFile


class Disk:
    """A disk on which so many bytes can be reserved for a file."""

    def __init__(self) -> None:
        self.room = 10**9

    def reserve(self, descriptor: int, offset: int, size: int) -> None:
        if size > self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.truncate(descriptor, size)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk = Disk()
    monkeypatch.setattr(os, "posix_fallocate", disk.reserve)
    monkeypatch.setattr(MetricsFile, "_is_told", False)
    return disk


def written(path: Path) -> dict[str, float]:
    return {key: value for key, value, _, _ in MmapedDict.read_all_values_from_file(path)}  # type: ignore[no-untyped-call]


def test_the_disk_is_reserved_before_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "counter_1.db"
    file = MetricsFile(str(path))
    for number in range(3_000):
        file.write_value(f"key {number}", number, 0.0)
        assert path.stat().st_blocks * 512 >= path.stat().st_size
    assert written(path) == {f"key {number}": number for number in range(3_000)}
    file.close()  # type: ignore[no-untyped-call]
    again = MetricsFile(str(path))
    assert again.read_value("key 3") == (3.0, 0.0)
    again.close()  # type: ignore[no-untyped-call]


def test_a_file_has_its_name_once_it_can_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    reserve = os.posix_fallocate

    def scraped(descriptor: int, offset: int, size: int) -> None:
        assert not list(tmp_path.glob("*.db")), "a scrape would fail at an empty file"
        reserve(descriptor, offset, size)

    monkeypatch.setattr(os, "posix_fallocate", scraped)
    path = tmp_path / "gauge_livesum_1.db"
    MetricsFile(str(path)).close()  # type: ignore[no-untyped-call]
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert written(path) == {}


def test_without_any_room_values_are_kept_in_memory(
    disk: Disk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    disk.room = 0
    with caplog.at_level(logging.ERROR):
        for name in ("counter_1.db", "gauge_1.db"):
            file = MetricsFile(str(tmp_path / name))
            assert file.read_value("key") == (0.0, 0.0)
            file.write_value("key", 2.0, 1.0)
            assert file.read_value("key") == (2.0, 1.0)
            file.close()  # type: ignore[no-untyped-call]
    assert not list(tmp_path.iterdir()), "an empty file cannot be read"
    (told,) = caplog.messages
    assert str(tmp_path) in told
    assert "No space left" in told


def test_what_has_its_room_stays_on_the_disk(disk: Disk, tmp_path: Path) -> None:
    path = tmp_path / "counter_1.db"
    file = MetricsFile(str(path))
    file.write_value("first", 1.0, 0.0)
    disk.room = 0
    for number in range(3_000):
        file.write_value(f"key {number}", number, 0.0)
    file.write_value("first", 5.0, 0.0)
    assert written(path)["first"] == 5.0
    assert file.read_value("key 2999") == (2999.0, 0.0)
    assert "key 2999" not in written(path)
    disk.room = 10**9
    file.write_value("later", 7.0, 0.0)
    assert written(path)["later"] == 7.0
    file.close()  # type: ignore[no-untyped-call]
