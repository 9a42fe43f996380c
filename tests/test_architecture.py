"""The arrows between the packages point one way, service -> seqserve <- training; within each there is no cycle."""

import ast
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
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


_LARGEST_FOLDER = 16
_PACKAGES = ("seqserve", "service", "training")


def modules(package: str) -> dict[str, Path]:
    """Name to path of every module; a folder is named as its `__init__.py`."""
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported_modules(package: str) -> dict[str, set[str]]:
    """Module to the modules of its package that it imports, in functions too, but not for type checking alone."""
    known = modules(package)
    found: dict[str, set[str]] = {}
    for name, path in known.items():
        found[name] = set()
        for node in _nodes(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found[name] |= {alias.name for alias in node.names} & known.keys()
            elif isinstance(node, ast.ImportFrom) and node.module in known:
                inner = {f"{node.module}.{alias.name}" for alias in node.names}
                found[name] |= inner & known.keys()
                if inner - known.keys():
                    found[name].add(node.module)
        if name == f"{package}.tasks":  # which finds them by their names
            found[name] |= {task for task in known if task.count(".") == 2 and task.endswith(".task")}
        found[name].discard(name)
    return found


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but those under `if TYPE_CHECKING`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from _nodes(node)


def folders(imports: dict[str, set[str]]) -> dict[str, set[str]]:
    """The same between folders: a module stands for the folder of its package that it lies in, or else for itself."""
    packages = {".".join(name.split(".")[:2]) for name in imports if name.count(".") >= 2}

    def place(name: str) -> str:
        return inner if (inner := ".".join(name.split(".")[:2])) in packages else name

    found: dict[str, set[str]] = {}
    for name, others in imports.items():
        found.setdefault(place(name), set()).update(place(other) for other in others)
    return {name: others - {name} for name, others in found.items()}


def cycle(imports: dict[str, set[str]]) -> tuple[str, ...]:
    """The names of a cycle, or none if there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return tuple(error.args[1])
    return ()


def test_a_cycle_would_be_seen() -> None:
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})
    assert not cycle({"a": {"b", "c"}, "b": {"c"}, "c": set(), "d": {"a"}})
    assert folders({"p.one.a": {"p.two.b"}, "p.two.b": {"p.top"}, "p.two.c": {"p.one.d"}, "p.top": set()}) == {
        "p.one": {"p.two"},
        "p.two": {"p.top", "p.one"},
        "p.top": set(),
    }


@pytest.mark.parametrize("package", _PACKAGES)
def test_no_module_imports_itself_by_way_of_others(package: str) -> None:
    assert cycle(imported_modules(package)) == ()


@pytest.mark.parametrize("package", _PACKAGES)
def test_no_folder_imports_itself_by_way_of_others(package: str) -> None:
    assert cycle(folders(imported_modules(package))) == ()


@pytest.mark.parametrize("package", _PACKAGES)
def test_a_folder_is_small_enough_to_look_through(package: str) -> None:
    sizes = Counter(path.parent for path in modules(package).values() if path.name != "__init__.py")
    assert {str(folder): size for folder, size in sizes.items() if size > _LARGEST_FOLDER} == {}
