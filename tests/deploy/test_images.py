from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

CHECKOUT = Path(__file__).parents[2]
DOCKERFILES = ("deploy/Dockerfile", "deploy/Dockerfile.training")

dockerfile = pytest.mark.parametrize("dockerfile", DOCKERFILES)


@dockerfile
def test_what_is_copied_is_there_and_not_ignored(dockerfile: str) -> None:
    copied = re.findall(r"^COPY (?:--chown=\S+ )?(?!--from)(\S+) ", (CHECKOUT / dockerfile).read_text(), re.M)
    ignore = (CHECKOUT / ".dockerignore").read_text().split()

    assert copied
    for path in copied:
        assert (CHECKOUT / path).exists()
        assert f"!{path}" in ignore


@dockerfile
def test_packages_are_installed_by_their_hashes_only(dockerfile: str) -> None:
    installs = re.findall(r"pip --python [\s\S]*? -r \S+", (CHECKOUT / dockerfile).read_text())

    assert installs
    assert all("--require-hashes" in install for install in installs)


@dockerfile
def test_no_image_runs_as_root(dockerfile: str) -> None:
    assert re.findall(r"^USER (\S+)$", (CHECKOUT / dockerfile).read_text(), re.M) == ["10001:10001"]


def test_all_images_begin_with_the_same_pinned_one() -> None:
    bases = {re.search(r"^ARG BASE=(\S+)$", (CHECKOUT / path).read_text(), re.M)[1] for path in DOCKERFILES}  # type: ignore[index]
    bases.add(yaml.safe_load((CHECKOUT / "bentofile.yaml").read_text())["docker"]["base_image"])

    assert len(bases) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+", bases.pop())


def test_no_tensorflow_is_served() -> None:
    served = (CHECKOUT / "requirements/serve.txt").read_text()

    assert "requirements/serve.txt" in (CHECKOUT / "deploy/Dockerfile").read_text()
    assert not re.search(r"^(tensorflow|keras|torch|jax)", served, re.M)
