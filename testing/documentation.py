"""The pages of the documentation, and the commands in them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[1]
PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))]
SHELL = {"sh", "bash", "shell", "console"}
_FENCE = re.compile(r"^( *)```(\S*)$")
_INDENT = "    "
_INLINE = re.compile(r"\.venv/bin/python -m \S+ \S|curl localhost:3000/")


def rounded(content: Any) -> Any:
    """JSON with its numbers to four digits, which is what processors agree on."""
    if isinstance(content, dict):
        return {key: rounded(value) for key, value in content.items()}
    if isinstance(content, list):
        return [rounded(value) for value in content]
    return float(f"{content:.4g}") if isinstance(content, float) else content


@dataclass(frozen=True)
class Block:
    """A code block; one that is indented, not fenced, is taken for shell commands."""

    page: Path
    language: str
    text: str


@dataclass(frozen=True)
class Command:
    """A shell command without its comment, and the block that follows its own, such as the answer to a `curl`."""

    page: Path
    text: str
    answer: Block | None = None

    def __str__(self) -> str:
        return f"{self.page.name}: {' '.join(self.text.split())[:80]}"


@dataclass(frozen=True)
class Module:
    """A module that a command runs, and its arguments."""

    name: str
    arguments: list[str]


def blocks(page: Path) -> list[Block]:
    """The code blocks of a page, in order."""
    found: list[Block] = []
    language: str | None = None
    lines: list[str] = []
    for line in [*page.read_text().splitlines(), ""]:
        fence = _FENCE.match(line)
        if language is None:
            if fence:
                found += _indented(page, lines)
                language, lines = fence[2], []
            elif line.startswith(_INDENT):
                lines.append(line)
            else:
                found += _indented(page, lines)
                lines = []
        elif fence:
            found.append(Block(page, language, "\n".join(lines)))
            language, lines = None, []
        else:
            lines.append(line)
    assert language is None, f"{page.name} has a code block that does not end"
    return found


def commands(page: Path) -> list[Command]:
    """The commands in the shell blocks of a page, then those in its sentences that can be run as they stand."""
    parts = blocks(page)
    found = [
        Command(page, text, after)
        for block, after in zip_longest(parts, parts[1:])
        if block.language in SHELL
        for text in split(block.text)
    ]
    return found + [Command(page, span) for span in spans(page) if _INLINE.match(span)]


def module(command: Command) -> Module | None:
    """What `python -m`, `make train`, or one of both in a container of docker-compose.yml runs."""
    if re.search(r"&&|[|;<>]", re.sub(r"'[^']*'|\"[^\"]*\"", "", command.text)):
        return None
    words = shlex.split(command.text)
    if words[:2] == ["docker", "compose"]:
        words = [word for word in words[2:] if word not in {"-T", "--rm", "--build", "--no-deps"}]
        if words[:2] == ["run", "training"]:
            return Module("training", words[2:])
        words = words[2:] if words[:2] == ["exec", "seqserve"] else []
    if words[:2] == ["make", "train"]:
        return Module("training", shlex.split(words[2].removeprefix("ARGS=")))
    if words[:2] in (["python", "-m"], [".venv/bin/python", "-m"]):
        return Module(words[2], words[3:])
    return None


def prose(page: Path) -> str:
    """A page without its fenced code blocks."""
    return re.sub(r"^ *```.*?^ *```$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)


def spans(page: Path) -> list[str]:
    """What stands in backticks in the prose of a page."""
    return re.findall(r"`([^`\n]+)`", prose(page))


def _indented(page: Path, lines: list[str]) -> list[Block]:
    return [Block(page, "sh", "\n".join(line.removeprefix(_INDENT) for line in lines))] if lines else []


def split(text: str) -> Iterator[str]:
    """A command a line; one that ends inside quotes or with a backslash goes on."""
    command = ""
    for line in text.splitlines():
        command += ("\n" if command else "") + line.removeprefix("$ ")
        if command.endswith("\\") or not _quotes_are_closed(command):
            continue
        if stripped := re.sub(r"(^|\s+)# .*$", "", command).strip():
            yield stripped
        command = ""
    assert not command, f"a command that does not end: {command}"


def _quotes_are_closed(command: str) -> bool:
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return False
    return True
