"""Runs the commands of a tutorial as they stand, in a folder of its own: `python -m testing.tutorials [PAGE ...]`.

A service runs beside them, with the models of this checkout. For each page it prints how many commands there are
and how many seconds they take; `--write` puts what they print into the page.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from testing.service_process import CHECKOUT, running

FOLDER = CHECKOUT / "docs" / "tutorials"
_BLOCK = re.compile(
    r"^```sh\n(?P<commands>.*?)^```\n(?:```(?:text|json)\n(?P<answer>.*?)^```\n)?", re.DOTALL | re.MULTILINE
)
_WIDEST = 128
_QUICK = {
    "forecast": ["--kind", "linear", "--compared", "2", "--even-if-worse"],
    "sentiment": ["--kind", "linear", "--even-if-worse"],
}


@dataclass(frozen=True)
class Step:
    """A block of commands of a page.

    Attributes:
        before: what the page says between the block before and this one.
        printed: what the commands wrote to standard output.
        messages: what they wrote to standard error.
        expected: what the page says they print; none if it does not say.
    """

    before: str
    commands: str
    printed: str
    messages: str
    expected: str | None
    seconds: float


def pages() -> list[Path]:
    """Every tutorial."""
    return sorted(FOLDER.glob("*.md"))


def replay(page: Path, folder: Path, *, quick: bool = False) -> Iterator[Step]:
    """Run the blocks of a page in order, beside a service of its own.

    Args:
        folder: an empty one, in which the commands run.
        quick: whether jobs try linear models alone, which takes seconds.

    Raises:
        AssertionError: a command failed.
    """
    for name in ("docs", "seqserve", "service", "testing", "training", ".venv"):
        (folder / name).symlink_to(CHECKOUT / name)
    subprocess.run(["cp", "-r", str(CHECKOUT / "models"), str(folder)], check=True)
    with ExitStack() as stack:
        service = stack.enter_context(running(folder / "models", folder, SEQSERVE_POLL_SECONDS="0.2"))
        address = f"localhost:{service.client.base_url.port}"
        text_of_page, read = page.read_text(), 0
        for found in _BLOCK.finditer(text_of_page):
            begun = time.monotonic()
            text = found["commands"].replace("localhost:3000", address)
            if quick:
                text = re.sub(r"-m training (\w+)", lambda job: f"{job[0]} {' '.join(_QUICK[job[1]])}", text)
            ran = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", text],
                cwd=folder,
                capture_output=True,
                text=True,
                env={**os.environ, "COLUMNS": "100"},
            )
            assert ran.returncode == 0, f"{page.name}: {text}\n{ran.stdout}{ran.stderr}"
            seconds = time.monotonic() - begun
            yield Step(
                text_of_page[read : found.start()], found["commands"], ran.stdout, ran.stderr, found["answer"], seconds
            )
            read = found.end()


def written(page: str, steps: Sequence[Step]) -> str:
    """The page with what its commands printed, where it shows that."""
    printed = iter(steps)

    def put(found: re.Match[str]) -> str:
        step = next(printed)
        if found["answer"] is None:
            return found[0]
        lines = [line if len(line) <= _WIDEST else f"{line[:_WIDEST]}..." for line in step.printed.splitlines()]
        at = found.start("answer") - found.start()
        end = found.end("answer") - found.start()
        return found[0][:at] + "\n".join(map(str.rstrip, lines)) + "\n" + found[0][end:]

    return _BLOCK.sub(put, page)


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", nargs="*", type=Path, default=pages(), help="a tutorial (default: all)")
    parser.add_argument("--write", action="store_true", help="put what is printed into the page")
    options = parser.parse_args(arguments)
    for page in options.page:
        with tempfile.TemporaryDirectory() as folder:
            steps = []
            for step in replay(page, Path(folder)):
                steps.append(step)
                print(f"{step.seconds:6.1f} s  {step.commands.splitlines()[0]}", flush=True)
        count = sum(len(step.commands.splitlines()) for step in steps)
        print(f"{page.name}: {count} lines of commands, {sum(step.seconds for step in steps):.0f} s")
        if options.write:
            page.write_text(written(page.read_text(), steps))


if __name__ == "__main__":
    main(sys.argv[1:])
