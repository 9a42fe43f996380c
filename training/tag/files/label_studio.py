"""Exports of Label Studio: its JSON with annotations, and JSON-MIN.

Reference:
    https://labelstud.io/guide/export.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from seqserve.core.messages import counted
from training.core.download import DataError
from training.tag.documents import Corpus, Document, Entity
from training.tag.files import records
from training.tag.files.spans import Checker


def read(path: Path, checker: Checker) -> Corpus:
    """The documents of an export. Tasks that nobody has annotated are left out, which the report says.

    Places are code points where the texts of the spans say so, otherwise UTF-16 units, as browsers count.

    Raises:
        DataError: it cannot be read so, or a task has two annotations that differ.
    """
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path.name} cannot be read ({error}); export JSON or JSON-MIN from Label Studio") from None
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise DataError(f"{path.name} is no list of tasks; export JSON or JSON-MIN from Label Studio")
    documents: list[Document] = []
    left_out = in_units = 0
    for number, task in enumerate(tasks, 1):
        where = f"task {task.get('id', number)}"
        text = _text(task, f"{path.name}, {where}")
        spans = _spans(task, f"{path.name}, {where}")
        if spans is None:
            left_out += 1
            continue
        entities, converted = _placed(text, spans, f"{path.name}, {where}")
        in_units += converted
        documents.append(checker.document(text, entities, where))
    if not documents:
        raise DataError(f"{path.name} has no annotated task; annotate some, and export again")
    report = [f"{path.name}: {counted(left_out, 'task')} that nobody annotated left out"] if left_out else []
    if in_units:
        report.append(f"{path.name}: places of {counted(in_units, 'task')} count UTF-16 units, converted")
    return Corpus(documents, [*report, *checker.report()])


def _text(task: dict[str, Any], where: str) -> str:
    """The text of a task: the one string of its data that is called `text`, or else the only string."""
    data = task.get("data", task)
    if isinstance(data, dict):
        if isinstance(data.get("text"), str):
            return str(data["text"])
        strings = [value for value in data.values() if isinstance(value, str)] if "data" in task else []
        if len(strings) == 1:
            return strings[0]
    raise DataError(f'{where}: no text; the data of a task needs a field "text"')


def _spans(task: dict[str, Any], where: str) -> list[dict[str, Any]] | None:
    """The spans of a task with their labels; none if nobody annotated it."""
    if "annotations" not in task:
        return _labelled(task["label"], where) if isinstance(task.get("label"), list) else None
    every = [
        _labelled(
            (result.get("value", {}) for result in one.get("result", []) if result.get("type") == "labels"), where
        )
        for one in task["annotations"]
        if not one.get("was_cancelled")
    ]
    if any(_key(one) != _key(every[0]) for one in every):
        raise DataError(f"{where}: {len(every)} annotations differ; keep the one that is right, and export again")
    return every[0] if every else None


def _labelled(values: Iterator[dict[str, Any]] | Sequence[dict[str, Any]], where: str) -> list[dict[str, Any]]:
    found = []
    for value in values:
        labels = value.get("labels")
        if not isinstance(labels, list) or len(labels) != 1:
            raise DataError(f"{where}: a span has the labels {labels}, but needs one")
        found.append({**value, "label": labels[0]})
    return found


def _key(spans: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((span.get("start"), span.get("end"), span["label"]) for span in spans)


def _placed(text: str, spans: list[dict[str, Any]], where: str) -> tuple[list[Entity], bool]:
    """Entities in code points, and whether the places were in UTF-16 units."""
    entities = [records.entity(span, where) for span in spans]
    told = [span.get("text") for span in spans]
    if all(mine is None or text[one.start : one.end] == mine for one, mine in zip(entities, told, strict=True)):
        return entities, False
    units = text.encode("utf-16-le")

    def point(unit: int) -> int:
        return len(units[: 2 * unit].decode("utf-16-le", errors="ignore"))

    moved = [Entity(point(one.start), point(one.end), one.label) for one in entities]
    if all(mine is None or text[one.start : one.end] == mine for one, mine in zip(moved, told, strict=True)):
        return moved, True
    raise DataError(f"{where}: the text of a span is not what stands at its place; export again from Label Studio")
