"""What README.md and docs/ refer to exists: pages and their sections, files, modules, settings, metrics."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from seqserve.registry.store import Store
from service.settings import PREFIX, Settings
from testing.documentation import CHECKOUT, PAGES, prose, spans

PACKAGES = ("seqserve", "service", "training", "testing", "benchmarks", "deploy")
TASKS = Store(CHECKOUT / "models").tasks()
FOLDERS = (*PACKAGES, "docs", "tests")

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def anchors(page: Path) -> set[str]:
    """The sections of a page, as addresses name them."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def missing_links(page: Path) -> list[str]:
    """The relative links and pictures of a page that lead nowhere."""
    text = prose(page)
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'(?:src|srcset)="([^"]+)"', text)
    missing = []
    for link in links:
        if link.startswith(("http://", "https://")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            missing.append(link)
    return missing


def top_level(path: Path) -> set[str]:
    """The names that a module defines."""
    found: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def is_there(dotted: str) -> bool:
    """Whether a module has this name, or defines it; nothing is imported."""
    here = CHECKOUT
    parts = re.split(r"[.:]", dotted)
    for place, part in enumerate(parts):
        if (here / part).is_dir():
            here /= part
        else:
            file = here / f"{part}.py"
            rest = parts[place + 1 :]
            return file.is_file() and len(rest) <= 1 and set(rest) <= top_level(file)
    return True


def metrics() -> set[str]:
    """The names of the service's metrics: whatever is made in it with a name first."""
    calls = [
        node.args[0].value
        for path in (CHECKOUT / "service").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
    ]
    return {name.removeprefix("seqserve_") for name in calls if isinstance(name, str)}


def problems() -> set[tuple[int, str]]:
    """Status and kind of the problems that the service answers with."""
    found = set()
    for path in (CHECKOUT / "service").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Problem"):
                given = [argument.value for argument in node.args[:2] if isinstance(argument, ast.Constant)]
                if len(given) == 2:
                    found.add((given[0], given[1]))
    return found


@every_page
def test_links_lead_somewhere(page: Path) -> None:
    assert missing_links(page) == []


@every_page
def test_modules_exist(page: Path) -> None:
    named = [span for span in spans(page) if re.fullmatch(rf"({'|'.join(PACKAGES)})(\.\w+)+(:\w+|\(\))?", span)]
    assert [span for span in named if not is_there(span.removesuffix("()"))] == []


@every_page
def test_files_exist(page: Path) -> None:
    paths = [span for span in spans(page) if re.fullmatch(rf"({'|'.join(FOLDERS)})/[\w./<>-]*", span)]
    expanded = [path.replace("<task>", task) for path in paths for task in TASKS if "<package>" not in path]
    toy = [path for path in expanded if page.name == "adding-a-task.md" and "/total" in path]
    assert [path for path in expanded if path not in toy and not (CHECKOUT / path).exists()] == []


@every_page
def test_settings_exist(page: Path) -> None:
    named = set(re.findall(rf"(?<![$\w]){PREFIX}[A-Z][A-Z_]*[A-Z]\b", page.read_text()))
    assert named <= {PREFIX + name.upper() for name in Settings.model_fields} | {f"{PREFIX}SIGNING_KEY"}  # of training


@every_page
def test_metrics_exist(page: Path) -> None:
    text = page.read_text()
    named = set(re.findall(r"(?<![:\w/])seqserve_([a-z_]+)(?![\w/:])", text)) - {"models"}  # a volume of Docker
    for table in re.findall(r"^\| metric \|.*\n((?:\|.*\n)+)", text, re.MULTILINE):
        named |= set(re.findall(r"`(\w+)`", " ".join(row.split("|")[1] for row in table.splitlines())))
    known = metrics()
    missing = {name for name in named if re.sub(r"_(bucket|sum|count)$", "", name) not in known}
    assert missing == set()


def test_the_problems_of_requests_are_all_described() -> None:
    rows = re.findall(r"^\| (\d{3}) \| ([^|]*) \|", (CHECKOUT / "docs" / "http.md").read_text(), re.MULTILINE)
    described = {(int(status), kind) for status, kinds in rows for kind in re.findall(r"`([a-z-]+)`", kinds)}
    assert described == problems()


def test_a_wrong_link_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A page's name\n[here](#a-pages-name) [not](#nowhere) [nor](gone.md) [nor](page.md#gone)\n")
    assert missing_links(page) == ["#nowhere", "gone.md", "page.md#gone"]


@pytest.mark.parametrize("name", ["seqserve.cells", "seqserve.tabular.gone", "seqserve.tabular.series_table.gone"])
def test_a_wrong_module_is_noticed(name: str) -> None:
    assert not is_there(name)


def test_metrics_are_found() -> None:
    assert {"requests_total", "reference_mase", "interval_hits_total"} <= metrics()
    assert "gone_total" not in metrics()
