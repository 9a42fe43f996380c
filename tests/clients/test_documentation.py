"""The Python of docs/clients.md and README.md runs as it stands, but for the address of the service."""

from __future__ import annotations

import ast
import importlib.util

import pytest

from testing.documentation import CHECKOUT, Block, blocks

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]

BLOCKS = [
    block
    for page in (CHECKOUT / "README.md", CHECKOUT / "docs" / "clients.md")
    for block in blocks(page)
    if block.language == "python"
]


def imported(block: Block) -> list[str]:
    """The packages that a block imports."""
    nodes = list(ast.walk(ast.parse(block.text)))
    found = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    found += [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]
    return [name.partition(".")[0] for name in found]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: imported(block)[-1])
def test_python_of_the_documentation_runs(block: Block, base: str, capsys: pytest.CaptureFixture[str]) -> None:
    missing = [name for name in imported(block) if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"needs the extra 'clients' for {', '.join(missing)}")
    text = block.text.replace("http://localhost:3000", base).replace("localhost:3000", base.removeprefix("http://"))
    exec(compile(text, block.page.name, "exec"), {"__name__": "documentation"})
    assert capsys.readouterr().out.strip()
