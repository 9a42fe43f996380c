from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from seqserve.registry.store import Store
from testing import tiny
from testing.in_process import Factory, InProcess, in_process
from testing.live_models import NUMBERS, OFTEN, TOKEN, Site, eventually
from testing.service_process import Running, running
from testing.tree import tree


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory = tmp_path_factory.mktemp("service")
    with running(tree(directory / "models"), directory, SEQSERVE_LOG_FORMAT="json") as found:
        yield found


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service that waits a second for the head of a request, and five seconds for another."""
    directory = tmp_path_factory.mktemp("impatient")
    tiny.publish(directory / "models")
    settings = {"SEQSERVE_HEADER_SECONDS": "1", "SEQSERVE_KEEP_ALIVE_SECONDS": "5"}
    with running(directory / "models", directory, **settings) as found:
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


@pytest.fixture(scope="session")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Factory]:
    """Makes clients of apps in this process that share the models of `tree`."""
    with in_process(tree(tmp_path_factory.mktemp("in-process") / "models")) as made:
        yield made


@pytest.fixture(scope="session")
def app(apps: Factory) -> InProcess:
    return apps()


@pytest.fixture
def models(tmp_path: Path) -> Path:
    tiny.publish(tmp_path / "models")
    return tmp_path / "models"
