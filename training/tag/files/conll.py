"""CoNLL files: a word and its tag a line, a blank line behind each sentence; recognised as BIO, IOB1 or BIOES.

Reference:
    Ramshaw and Marcus, Text Chunking using Transformation-Based Learning, 1995 (IOB1); Ratinov and Roth, Design
    Challenges and Misconceptions in Named Entity Recognition, CoNLL 2009 (BIOES, there BILOU).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from seqserve.core.messages import counted
from training.core.download import DataError
from training.tag.documents import Corpus, Document, Entity

Scheme = Literal["bio", "iob1", "bioes"]
_TAG = re.compile(r"(?P<prefix>[BIOESLU])(?:[-_](?P<label>.+))?")
_BROKEN = 0.02
"""Share of the entities of a BIO file that may begin with I: slips of a person; more is another scheme."""


class Line(NamedTuple):
    """A word, its prefix of `BIOES` and its label; a line of a file."""

    word: str
    prefix: str
    label: str
    number: int


def read(path: Path, scheme: Scheme | None = None) -> Corpus:
    """The documents of a file: each sentence, or what stands between two lines `-DOCSTART-`, as a group.

    Raises:
        DataError: it cannot be read so.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name} cannot be read ({error}); give a CoNLL file in UTF-8") from None
    return parsed(content, path.name, scheme)


def parsed(content: str, name: str, scheme: Scheme | None = None) -> Corpus:
    """The documents of the content of a file; see `read`."""
    sentences = list(_sentences(content, name))
    if not sentences:
        raise DataError(f"{name} has no sentence; give a word and its tag on each line")
    every = [lines for lines, _ in sentences]
    found, report = (scheme, []) if scheme else recognised(every, name)
    documents = [Document(*_joined(lines, found), group) for lines, group in sentences]
    return Corpus(documents, [f"{name}: read as {found.upper()}", *report])


def recognised(sentences: Sequence[Sequence[Line]], name: str) -> tuple[Scheme, list[str]]:
    """The scheme that the tags of a file speak for, and what is to be said of it.

    Raises:
        DataError: they speak for two.
    """
    if any(line.prefix in "ES" for lines in sentences for line in lines):
        return "bioes", []
    begins = alone = after = 0  # entities that begin with B; with I; with B where IOB1 would have it too
    for lines in sentences:
        for before, line in zip([None, *lines], lines, strict=False):
            same = before is not None and before.prefix != "O" and before.label == line.label
            begins += line.prefix == "B"
            after += line.prefix == "B" and same
            alone += line.prefix == "I" and not same
    if not begins + alone:
        raise DataError(f"{name} has no entity: every word is O; give a file in which entities are tagged")
    if not alone:
        return "bio", []
    if begins == after:
        return "iob1", []
    if alone <= _BROKEN * (begins + alone):
        entities = f"{counted(alone, 'entity')}".replace("entitys", "entities")
        return "bio", [f"{name}: {entities} of {begins + alone} began with I, read as B"]
    raise DataError(
        f"{name}: {alone} entities begin with I as in IOB1, and {begins - after} with B as in BIO; say --scheme iob1 "
        "or bio"
    )


def _sentences(content: str, name: str) -> Iterator[tuple[list[Line], str]]:
    """Sentences, and the group of each: the number of its document, if the file divides them."""
    divided = "-DOCSTART-" in content
    lines: list[Line] = []
    document = 0
    width = None
    for number, line in enumerate([*content.split("\n"), ""], 1):
        cells = line.split("\t") if "\t" in line else line.split()
        cells = [cell.strip() for cell in cells]
        if len(cells) > 1 and not cells[0] and cells[-1] == "O":
            continue  # an invisible character
        if not any(cells) or cells[0] == "-DOCSTART-":
            if lines:
                yield lines, f"{name} {document}" if divided else ""
            lines = []
            document += bool(any(cells))
            continue
        width = width or len(cells)
        if len(cells) < 2 or len(cells) != width or not cells[0]:
            raise DataError(
                f"{name}, line {number}: {len(cells)} columns, {max(2, width)} as in the lines before were expected: "
                "the word first and its tag last"
            )
        tag = _TAG.fullmatch(cells[-1])
        if tag is None or (tag["prefix"] == "O") != (tag["label"] is None):
            raise DataError(f"{name}, line {number}: {cells[-1]!r} is no tag such as O, B-person or I-person")
        prefix = {"L": "E", "U": "S"}.get(tag["prefix"], tag["prefix"])
        lines.append(Line(cells[0], prefix, tag["label"] or "", number))


_LEFT, _RIGHT = re.compile(r"[.,!?;:)\]}%\u2026]+|n['\u2019]t|['\u2019](?:s|re|ve|ll|d|m)", re.IGNORECASE), set("([{$#")
_WHOLE = re.compile(r"@|https?:|www\.", re.IGNORECASE)


def _joined(lines: Sequence[Line], scheme: Scheme) -> tuple[str, tuple[Entity, ...]]:
    """The words as a text with the usual spaces, and its entities.

    Where an entity begins, there may be a space too much: better than a word that is two.
    """
    text, entities = "", []
    open_label, open_start = "", 0
    before: Line | None = None
    for line in lines:
        begins = line.prefix in "BS" or (
            line.prefix in "IE" and (before is None or before.prefix in "OES" or before.label != line.label)
        )
        if scheme == "bioes" and begins and line.prefix == "E":
            begins = not open_label
        if open_label and (begins or line.prefix == "O"):
            entities.append(Entity(open_start, len(text), open_label))
            open_label = ""
        text += "" if before is None or _touch(before.word, line.word) else " "
        if begins:
            open_label, open_start = line.label, len(text)
        text += line.word
        before = line
    if open_label:
        entities.append(Entity(open_start, len(text), open_label))
    return text, tuple(entities)


def _touch(left: str, right: str) -> bool:
    """Whether two words stand without a space between them."""
    if left in _RIGHT:
        return True
    return bool(_LEFT.fullmatch(right)) and not _WHOLE.match(left)
