"""`pyproject.toml` declares every package that is imported, and bounds those whose private parts the service uses."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OWN = {"seqserve", "service", "training"}


def declared(requirements: list[str]) -> dict[str, str]:
    """Distribution, as PyPI spells it in lower case, to the versions that are allowed."""
    found = {}
    for requirement in requirements:
        match = re.fullmatch(r"([A-Za-z0-9._-]+)(.*)", requirement)
        assert match, requirement
        found[_normal(match[1])] = match[2]
    return found


def imported(package: str) -> set[str]:
    """The top-level packages that a package of ours imports anywhere, in functions too."""
    found = set()
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - OWN - set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    ("package", "extras"),
    [
        ("seqserve", ["tables", "objects", "documents", "completion", "batch", "ray", "images", "predictions"]),
        ("service", ["predictions"]),
        ("training", ["training", "tagging", "ticker", "timeseries", "tuning", "mlflow", "ray"]),
    ],
)
def test_every_import_is_declared(package: str, extras: list[str]) -> None:
    requirements = [*PROJECT["dependencies"]]
    for extra in extras:
        requirements += PROJECT["optional-dependencies"][extra]
    allowed = declared(requirements)
    distributions = packages_distributions()
    missing = {
        name
        for name in imported(package)
        if not {_normal(found) for found in distributions.get(name, [name])} & allowed.keys()
    }
    assert not missing


@pytest.mark.parametrize("name", ["bentoml", "uvicorn", "kantoku", "prometheus-client", "httptools"])
def test_packages_whose_private_parts_are_used_have_an_upper_bound(name: str) -> None:
    """service/server/README.md names what is used of each."""
    assert "<" in declared(PROJECT["dependencies"])[name]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
