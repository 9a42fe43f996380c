from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from seqserve.registry.store import Store
from testing import tiny, tiny_translation
from testing.live_models import NUMBERS, OFTEN, TOKEN, Site, eventually
from testing.service_process import Running, running


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


@pytest.fixture(scope="session")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("releases")
    models = directory / "models"
    tiny.publish(models)
    Store(models).set_default("forecast", "tiny")
    with running(models, directory, SEQSERVE_ADMIN_TOKEN=TOKEN, **OFTEN) as service:
        yield Site(service, models)


@pytest.fixture
def site(living: Site) -> Site:
    """A model of its own for each test, in a tree and a service that many share."""
    found = Site(living.service, living.models, f"model-{next(NUMBERS)}")
    found.publish()
    eventually(lambda: found.ask().is_success)
    return found


@pytest.fixture
def models(tmp_path: Path) -> Path:
    tiny.publish(tmp_path / "models")
    return tmp_path / "models"
