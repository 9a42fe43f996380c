from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator

import pytest

from testing.service_process import CHECKOUT, running

MODELS = (
    "forecast/google",
    "sentiment/reviews",
    "translation/en-fr",
    "classify/digits",
    "tag/english",
    "complete/english",
)


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    """Collect what clients leave open while their own tests run, where a warning of it is none of ours."""
    yield
    gc.collect()


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a service with one shipped model of each task, which is then the default."""
    directory = tmp_path_factory.mktemp("clients")
    for model in MODELS:
        shutil.copytree(CHECKOUT / "models" / model, directory / "models" / model)
    with running(directory / "models", directory, SEQSERVE_LOAD="defaults") as service:
        yield str(service.client.base_url).rstrip("/")
