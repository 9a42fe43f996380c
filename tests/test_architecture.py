"""The arrows between the packages point one way: service -> seqserve <- training."""

import ast
import json
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

_IMPORT_ALL = """
import importlib, json, pkgutil, sys
import seqserve
for module in pkgutil.walk_packages(seqserve.__path__, "seqserve."):
    importlib.import_module(module.name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def imports(package: str) -> dict[str, set[str]]:
    """Module to the packages that it imports anywhere, in functions too."""
    found = {}
    for path in (ROOT / package).rglob("*.py"):
        names = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(package if node.level else str(node.module).partition(".")[0])
        found[str(path.relative_to(ROOT))] = names
    return found


def test_the_runtime_loads_neither_tensorflow_nor_a_web_framework() -> None:
    command = [sys.executable, "-c", _IMPORT_ALL]
    loaded = set(json.loads(subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout))
    assert "onnxruntime" in loaded
    assert not loaded & {"tensorflow", "keras", "torch", "jax", "bentoml", "starlette", "training", "service", "onnx"}


@pytest.mark.parametrize(
    ("package", "foreign"),
    [
        ("seqserve", {"service", "training", "tests", "testing"}),
        ("service", {"training", "tests", "testing", "tensorflow", "keras", "onnx"}),
        ("training", {"service", "tests", "testing"}),
    ],
)
def test_no_package_imports_against_the_arrows(package: str, foreign: set[str]) -> None:
    modules = imports(package)
    assert f"{package}/__init__.py" in modules
    assert {module: names & foreign for module, names in modules.items() if names & foreign} == {}


@pytest.mark.parametrize("package", ["seqserve", "service", "training"])
def test_nothing_is_pickled(package: str) -> None:
    assert not {module for module, names in imports(package).items() if names & {"pickle", "joblib", "dill", "shelve"}}


@pytest.mark.parametrize("package", ["seqserve"])
def test_neither_files_nor_folders_import_each_other_in_a_circle(package: str) -> None:
    arrows = _arrows(package)
    folders: dict[str, set[str]] = {}
    for module, imported in arrows.items():
        folders.setdefault(_folder(module), set()).update({_folder(one) for one in imported} - {_folder(module)})
    assert len(folders) > 5
    for graph in (arrows, folders):
        TopologicalSorter(graph).prepare()  # raises a CycleError that names the circle


def _arrows(package: str) -> dict[str, set[str]]:
    """Module to the modules of its package that it imports, in functions too."""
    paths = {path.relative_to(ROOT).with_suffix("").as_posix(): path for path in (ROOT / package).rglob("*.py")}
    modules = {name.removesuffix("/__init__").replace("/", "."): path for name, path in paths.items()}
    found: dict[str, set[str]] = {}
    for module, path in modules.items():
        names: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                names |= {name if name in modules else node.module for name in inner}
        found[module] = names & modules.keys()
    return found


def _folder(module: str) -> str:
    """The folder of a module below its package; a module directly in the package stands for itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 2 or (len(parts) == 2 and (ROOT / Path(*parts)).is_dir()) else module
