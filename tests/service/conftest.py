from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from seqserve.store import Store
from tests import tiny, tiny_translation
from tests.service.running import Running, running


def tree(root: Path) -> Path:
    """Some models of each task, one of them with two versions."""
    tiny.publish(root)
    tiny.publish(root, tiny.release(seed=1), label="canary")
    tiny.publish(root, tiny.release("duo", features=("a", "b"), horizon=3))
    tiny.publish(root, tiny.sentiment_release())
    tiny.publish(root, tiny.sentiment_release("topics", labels=["food", "music", "film"], max_characters=1000))
    tiny.publish(root, tiny_translation.release())
    tiny.publish(root, tiny_translation.release("french", source="fr", target="en", max_characters=1000))
    tiny.publish(root, tiny_translation.release("en-de", target="de", seed=1))
    Store(root).set_default("forecast", "tiny")
    Store(root).set_default("sentiment", "tiny-reviews")
    Store(root).set_default("translation", "en-fr")
    return root


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory = tmp_path_factory.mktemp("service")
    with running(tree(directory / "models"), directory, SEQSERVE_LOG_FORMAT="json") as found:
        yield found
