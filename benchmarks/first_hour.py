"""Replays the first hour of four people, by their tutorials, and counts what they had to guess.

    python -m benchmarks.first_hour [--quick] [PAGE ...]

Each page of docs/tutorials is one person's hour: forty shops, load with temperature, tickets, a translator of one's
own terms. Its commands run as they stand in an empty folder, beside a service. Guessed is

- a command that fails, and
- a flag, a value or a field of JSON that nothing told before: not the page above the command, nor what was printed,
  nor the header of a file that the person has, nor the help of the command or the interface's description.

What the person gives is no guess: the names of a model and of files, and texts. Commands of the shell, and those that
make the file that the person has, are counted only.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from testing.documentation import split
from testing.in_process import in_process
from testing.tutorials import Step, pages, replay

_NAMED = ("--name", "--output")
"""Flags whose value is the person's choice."""
_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_FILE = re.compile(r"-|[\w./-]*\.\w+")


class Known:
    """What has been told so far.

    Args:
        interface: the description of the service's interface.
    """

    def __init__(self, interface: str) -> None:
        self._text = ""
        self._interface = interface
        self._helps: dict[tuple[str, ...], str] = {}

    def add(self, text: str) -> None:
        self._text += f"\n{text}"

    def guessed(self, command: str) -> Iterator[str]:
        """The words of a command that nothing told."""
        words = shlex.split(command.partition(" | ")[0])
        if words[0] == "curl":
            yield from self._untold(_fields(words), f"{self._text}\n{self._interface}")
        elif words[1:2] == ["-m"]:
            module, rest = _module(words)
            mine = {word for flag, word in pairwise(rest) if flag in (*_NAMED, ">")}
            self._text += " ".join(["", *mine])
            yield from self._untold(rest, f"{self._text}\n{self._help(module)}")

    def _untold(self, words: Sequence[str], told: str) -> Iterator[str]:
        for word in words:
            if word != ">" and not _FILE.fullmatch(word):
                yield from (part for part in word.split(",") if not _says(told, part))

    def _help(self, module: tuple[str, ...]) -> str:
        if module not in self._helps:
            asked = [sys.executable, "-m", *module, "--help"]
            self._helps[module] = (
                " ".join(module) + subprocess.run(asked, capture_output=True, text=True, check=True).stdout
            )
        return self._helps[module]


def _module(words: Sequence[str]) -> tuple[tuple[str, ...], Sequence[str]]:
    """The command of ours that is run, with its subcommands, and the rest."""
    end = 5 if words[2] == "seqserve" and words[3] in ("predict", "models") else 4
    return tuple(words[2:end]), words[end:]


def _fields(words: Sequence[str]) -> list[str]:
    """The fields and values of the JSON that curl sends, if it stands in the command; without texts and their words."""
    sent = next((word for word in words if word.startswith("{")), "{}")
    leaves = list(_leaves(json.loads(sent)))
    texts = " ".join(leaf for leaf in leaves if " " in leaf)
    return [leaf for leaf in leaves if not _says(texts, leaf)]


def _leaves(sent: object) -> Iterator[str]:
    if isinstance(sent, dict):
        for name, value in sent.items():
            yield from [name, *_leaves(value)]
    elif isinstance(sent, list):
        for value in sent:
            yield from _leaves(value)
    elif not isinstance(sent, bool):
        yield str(sent)


def _says(text: str, word: str) -> bool:
    names = [word, *([_NUMBERS[int(word)]] if word.isdigit() and int(word) < len(_NUMBERS) else [])]
    return any(re.search(rf"(?<![\w-]){re.escape(name)}(?!\w)", text) for name in names)


def hour(page: Path, interface: str, quick: bool) -> tuple[int, float, list[str]]:
    """Commands, seconds, and what was guessed."""
    known, guesses, commands, seconds = Known(interface), list[str](), 0, 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            for step in replay(page, folder, quick=quick):
                known.add(step.before)
                for command in split(step.commands):
                    commands += 1
                    guesses += known.guessed(command)
                    known.add(command)
                seconds += step.seconds
                _listen(known, step, folder)
                print(f"{step.seconds:7.1f} s  {step.commands.splitlines()[0]}", file=sys.stderr, flush=True)
        except AssertionError as failed:
            guesses.append(str(failed).splitlines()[0])
    return commands, seconds, guesses


def _listen(known: Known, step: Step, folder: Path) -> None:
    """Take in what was printed, and the headers of the files that there are."""
    known.add(step.printed)
    known.add(step.messages)
    for path in sorted(folder.glob("*.csv")):
        with path.open() as stream:
            known.add(stream.readline())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", nargs="*", type=Path, default=pages(), help="a tutorial (default: all)")
    parser.add_argument("--quick", action="store_true", help="jobs try linear models alone, which takes seconds")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, in_process(Path(folder)) as service:
        interface = service().get("/openapi.json").text
    print("| page | commands | seconds | guessed |")
    print("| --- | ---: | ---: | --- |", flush=True)
    for page in options.page:
        commands, seconds, guesses = hour(page, interface, options.quick)
        print(f"| {page.stem} | {commands} | {seconds:.0f} | {', '.join(guesses) or 'nothing'} |", flush=True)


if __name__ == "__main__":
    main()
