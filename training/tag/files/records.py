"""JSON Lines: a text and its spans a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from training.core.download import DataError
from training.tag.documents import Corpus, Entity
from training.tag.files.spans import Checker


def read(path: Path, checker: Checker) -> Corpus:
    """The documents of a file with `{"text", "entities": [{"start", "end", "label"}], "document"}` on each line.

    `document` is optional: texts of one document are in one part. A span may also be a list `[start, end, label]`.

    Raises:
        DataError: it cannot be read so.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path.name} cannot be read ({error}); give JSON Lines in UTF-8") from None
    documents = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"line {number}"
        try:
            found = json.loads(line)
        except ValueError as error:
            raise DataError(f"{path.name}, {where}: no JSON ({error})") from None
        if not isinstance(found, dict) or not isinstance(found.get("text"), str) or not found["text"].strip():
            raise DataError(f'{path.name}, {where}: no text; expected is {{"text": ..., "entities": [...]}}')
        entities = found.get("entities")
        if not isinstance(entities, list):
            raise DataError(f'{path.name}, {where}: "entities" must be a list; of a text without any, an empty one')
        spans = [entity(one, f"{path.name}, {where}") for one in entities]
        group = found.get("document")
        documents.append(checker.document(found["text"], spans, where, "" if group is None else str(group)))
    if not documents:
        raise DataError(f"{path.name} has no text; give a text and its entities on each line")
    return Corpus(documents, checker.report())


def entity(found: Any, where: str) -> Entity:
    """A span as JSON.

    Raises:
        DataError: it is none.
    """
    values = [found.get(name) for name in Entity._fields] if isinstance(found, dict) else found
    if not isinstance(values, list) or len(values) != 3:
        raise DataError(f"{where}: an entity needs start, end and label")
    start, end, label = values
    if type(start) is not int or type(end) is not int or not isinstance(label, str) or not label.strip():
        raise DataError(f"{where}: an entity has whole numbers start and end, and a label, but has {values}")
    return Entity(start, end, label.strip())
