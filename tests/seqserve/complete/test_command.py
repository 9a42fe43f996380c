from __future__ import annotations

import json
from pathlib import Path

import pytest

from seqserve.__main__ import main
from testing import tiny
from testing.tiny import complete


def test_suggests_and_continues(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny.publish(tmp_path, complete.release())
    common = ["--models", str(tmp_path), "predict", "complete", "--model", complete.NAME, "A great fil"]
    assert main(common) == 0
    (found,) = json.loads(capsys.readouterr().out)["results"]
    assert found.keys() == {"suggestions", "warnings"}
    assert main([*common, "--mode", "continue", "--temperature", "1", "--seed", "1", "--count", "2"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["results"]
    assert len(found["continuations"]) == 2
