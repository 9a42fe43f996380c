from __future__ import annotations

from collections.abc import Iterator

import pytest

from testing.in_process import Factory, in_process
from testing.tree import tree


@pytest.fixture(scope="session")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Factory]:
    with in_process(tree(tmp_path_factory.mktemp("client") / "models")) as made:
        yield made
