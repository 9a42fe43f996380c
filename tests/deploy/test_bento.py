from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from testing.service_process import CHECKOUT, running
from testing.tree import tree

pytestmark = pytest.mark.slow

PACKED = ("seqserve", "service", "models", "requirements", "bentofile.yaml")
QUIET = {"BENTOML_DO_NOT_TRACK": "True", "OTEL_SDK_DISABLED": "true"}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This code with small models in place of the shipped ones, and what is not to be packed beside it."""
    checkout = tmp_path_factory.mktemp("checkout")
    for folder in ("seqserve", "service", "requirements"):
        shutil.copytree(CHECKOUT / folder, checkout / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "bentofile.yaml", checkout)
    tree(checkout / "models")
    for stray in ("tests/service/test_it.py", "models/forecast/tiny/.publishing-1/model.onnx", ".env"):
        (checkout / stray).parent.mkdir(parents=True, exist_ok=True)
        (checkout / stray).touch()
    return checkout


@pytest.fixture(scope="module")
def bento(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("bentoml")
    subprocess.run(
        [sys.executable, "-m", "bentoml", "build"],
        cwd=checkout,
        env={**os.environ, **QUIET, "BENTOML_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    [built] = home.glob("bentos/seqserve/*/bento.yaml")
    return built.parent


def test_a_bento_is_served_by_bentoml_from_anywhere(bento: Path, tmp_path: Path) -> None:
    environment = {**QUIET, "BENTOML_HOME": str(tmp_path), "SEQSERVE_MODELS": "models"}

    with running(bento, tmp_path, module=("bentoml", "serve", str(bento)), cwd=tmp_path, **environment) as served:
        assert served.forecast([{"values": [1.0] * 60}]).is_success
        assert served.client.get("/docs").is_success


def test_a_bento_holds_all_of_the_service_and_nothing_else(bento: Path, checkout: Path) -> None:
    source = bento / "src"

    assert {path.name for path in source.iterdir()} == set(PACKED)
    assert _files(source / "requirements") == {Path("serve.txt")}
    for folder in ("seqserve", "service"):
        assert _files(source / folder) == _files(checkout / folder)
    strays = {Path("forecast/tiny/.publishing-1/model.onnx"), Path("audit.jsonl")}
    assert _files(source / "models") == _files(checkout / "models") - strays


def test_the_packages_of_a_bento_are_ours_by_their_hashes(bento: Path) -> None:
    ours = (CHECKOUT / "requirements/serve.txt").read_text()
    its = (bento / "env/python/requirements.txt").read_text()

    for what in (r"^[^\s#]+==\S+", r"--hash=\S+"):
        assert set(re.findall(what, its, re.M)) == set(re.findall(what, ours, re.M))


def _files(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}
