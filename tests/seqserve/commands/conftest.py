from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from testing import tiny


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    tiny.publish(root)
    tiny.publish(root)
    return root


@pytest.fixture
def models(tmp_path: Path, published: Path) -> Path:
    """forecast/tiny versions 1 and 2, of which 2 is stable."""
    return Path(shutil.copytree(published, tmp_path / "models"))
