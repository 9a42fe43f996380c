from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from seqserve.registry import tree_scan
from seqserve.registry.store import Key
from seqserve.registry.tree_scan import scan
from testing import tiny
from testing.service_process import CHECKOUT


@pytest.fixture
def root(tmp_path: Path) -> Path:
    tiny.publish(tmp_path / "models")
    tiny.publish(tmp_path / "models", tiny.release(seed=1))
    return tmp_path / "models"


def test_versions_and_the_stamps_of_their_files_are_found(root: Path) -> None:
    found = scan(root)
    assert found.models == {("forecast", "tiny"): ["1", "2"]}
    assert found.files[Key("forecast", "tiny", "1")].keys() == {"manifest.json", *tiny.release().files}
    assert found.others.keys() == {("forecast", "tiny", "labels.json")}
    assert not found.unreadable


def test_whatever_changes_is_seen(root: Path) -> None:
    before = scan(root)
    assert scan(root) == before
    for change in (
        lambda: (root / "forecast" / "tiny" / "1" / "model.onnx").write_bytes(b""),
        lambda: (root / "forecast" / "tiny" / "labels.json").write_text("{}"),
        lambda: (root / "forecast" / "tiny" / "1" / "scaler.json").unlink(),
        lambda: shutil.rmtree(root / "forecast" / "tiny" / "2"),
        lambda: (root / "forecast" / "loop").symlink_to("loop"),
    ):
        change()
        assert scan(root) != before
        before = scan(root)


def test_a_directory_that_is_no_task_is_not_looked_into(root: Path) -> None:
    before = scan(root)
    (root / "lost+found" / "forecast").mkdir(parents=True)
    (root / "README.md").touch()
    (root / "forecast" / "tiny" / "notes").mkdir()
    (root / "forecast" / "tiny" / ".publishing-abc").mkdir()
    assert scan(root) == before


def test_what_cannot_be_looked_at_is_named_and_left_out(root: Path) -> None:
    os.mkfifo(root / "pipe")
    (root / "gone").symlink_to("nowhere")
    (root / "forecast" / "loop").symlink_to("loop")
    (root / "forecast" / "tiny" / "3").symlink_to("3")
    (root / "forecast" / "tiny" / "2" / "more.json").symlink_to("more.json")
    found = scan(root)
    assert found.models == {("forecast", "tiny"): ["1", "2"]}
    assert found.unreadable.keys() == {("gone",), ("forecast", "loop"), ("forecast", "tiny", "3")}
    assert tree_scan.described(found.unreadable) == [
        "forecast/loop cannot be read: Too many levels of symbolic links",
        "forecast/tiny/3 cannot be read: Too many levels of symbolic links",
        "gone cannot be read: it is a link that leads nowhere",
    ]


def test_a_tree_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        scan(tmp_path / "nowhere")


_SCAN = """
import sys
from pathlib import Path
from seqserve.registry.tree_scan import described, scan
found = scan(Path(sys.argv[1]))
print(sorted(found.models), described(found.unreadable))
"""


def test_a_directory_without_permissions_is_named(root: Path) -> None:
    (root / "forecast" / "secret").mkdir(mode=0)
    command = [sys.executable, "-c", _SCAN, str(root)]
    if os.geteuid() == 0:  # to whom no permission is denied
        if shutil.which("setpriv") is None:
            pytest.skip("needs another user than root")
        command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stdout == "[('forecast', 'tiny')] ['forecast/secret cannot be read: Permission denied']\n"
