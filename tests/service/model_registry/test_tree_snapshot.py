from __future__ import annotations

from pathlib import Path

from service.model_registry import tree_snapshot
from testing import tiny


def test_a_directory_that_is_no_task_is_not_looked_into(tmp_path: Path) -> None:
    tiny.publish(tmp_path)
    before = tree_snapshot.stamps(tmp_path)
    (tmp_path / "lost+found" / "forecast").mkdir(parents=True)
    assert tree_snapshot.stamps(tmp_path) == before
    tiny.publish(tmp_path, tiny.release(seed=1))
    assert tree_snapshot.stamps(tmp_path) != before
