"""The toy task of docs/adding-a-task.md, added to a copy of the tree as the page says."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from testing.documentation import CHECKOUT, Command, commands, module
from testing.service_process import running

PAGE = (CHECKOUT / "docs" / "adding-a-task.md").read_text()
TRAIN, PREDICT, CURL = commands(CHECKOUT / "docs" / "adding-a-task.md")
PACKAGES = ("seqserve", "service", "training")
LINE = re.search(r"^NAMES = .*\"total\".*$", PAGE, re.M)[0]  # type: ignore[index]
_FILE = re.compile(r"^`(\w+/total/\w+\.py)`[^`]*(?:`[^`\n]+`[^`]*)*?\n```python\n(.*?)^```$", re.M | re.S)

pytestmark = pytest.mark.slow


def files() -> dict[str, str]:
    """The files of the page, path to content."""
    return dict(_FILE.findall(PAGE))


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the packages with the toy task added."""
    root = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        shutil.copytree(CHECKOUT / package, root / package, ignore=shutil.ignore_patterns("__pycache__"))
        (root / package / "total").mkdir()
        (root / package / "total" / "__init__.py").touch()
        tasks = root / package / "tasks.py"
        before = tasks.read_text()
        after = re.sub(r"^NAMES = .*$", LINE, before, flags=re.M)
        assert before != after
        tasks.write_text(after)
    for path, content in files().items():
        (root / path).write_text(content)
    run(root, TRAIN)
    return root


def run(root: Path, command: Command) -> str:
    """Run a command of the page in the copy."""
    found = module(command)
    assert found
    done = subprocess.run(
        [sys.executable, "-m", found.name, *found.arguments], cwd=root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_has_every_file_of_the_task() -> None:
    assert {path: bool(content.strip()) for path, content in files().items()} == dict.fromkeys(
        [
            *(f"seqserve/total/{name}.py" for name in ("config", "predictor", "command", "task")),
            *(f"service/total/{name}.py" for name in ("schemas", "route", "task")),
            *(f"training/total/{name}.py" for name in ("config", "datasets", "metrics", "train", "task")),
        ],
        True,
    )
    assert LINE in PAGE


def test_the_command_line_answers(copy: Path) -> None:
    answer = json.loads(run(copy, PREDICT))
    assert answer["model"] == "adder"
    assert answer["totals"][0]["total"] == pytest.approx(0.75, abs=0.2)


def test_the_service_answers_and_describes_it(copy: Path, tmp_path: Path) -> None:
    with running(copy / "models", tmp_path, cwd=copy) as service:
        body = json.loads(shlex.split(CURL.text)[-1])
        body["sequences"] += [{"values": []}, {"values": ["1"]}]
        response = service.client.post("/total", json=body)
        answer: dict[str, Any] = response.json()
        assert response.status_code == 200, answer
        assert (answer["model"], answer["version"]) == ("adder", "1")
        total, empty, wrong = answer["totals"]
        assert total["total"] == pytest.approx(0.75, abs=0.2)
        assert (empty["error"]["code"], wrong["error"]["code"]) == ("wrong_length", "wrong_shape")
        assert service.metric("seqserve_items_total", task="total", model="adder", outcome="ok") == 1
        assert service.metric("seqserve_items_total", task="total", model="adder", outcome="rejected") == 2
        described = service.client.get("/openapi.json").json()
        assert "post" in described["paths"]["/total"]
        assert "Numbers" in described["components"]["schemas"]
        (model,) = service.client.get("/models").json()["models"]
        assert (model["task"], model["default"], model["labels"]) == ("total", True, {"stable": "1"})


def test_nothing_of_the_tree_is_changed_but_three_lines(copy: Path) -> None:
    changed = []
    for package in PACKAGES:
        for path in (CHECKOUT / package).rglob("*.py"):
            relative = path.relative_to(CHECKOUT)
            before, after = path.read_text().splitlines(), (copy / relative).read_text().splitlines()
            changed += [str(relative) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [f"{package}/tasks.py" for package in PACKAGES]


def test_the_new_files_are_clean(copy: Path) -> None:
    (copy / "pyproject.toml").write_text((CHECKOUT / "pyproject.toml").read_text())
    ruff = Path(sys.executable).with_name("ruff")
    folders = [f"{package}/total" for package in PACKAGES]
    for command in (["check"], ["format", "--check"]):
        done = subprocess.run([ruff, *command, *folders], cwd=copy, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout
