"""`python -m seqserve predict classify`: labels sequences of a file."""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seqserve.classify.predictor import Labelled, SequenceClassifier, SequenceQuery
from seqserve.core.task import Command
from seqserve.errors import InputError

if TYPE_CHECKING:
    from seqserve.classify.sequences import Sequences
    from seqserve.core.arrays import Floats


class ClassifyCommand(Command[SequenceClassifier]):
    help = "label sequences of numbers"
    results = "results"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a table, a .npz, an image or a folder of images")
        add_reading(parser)
        parser.add_argument("--top", type=int, metavar="N", help="tell the probabilities of so many labels")
        parser.add_argument("--explain", action="store_true", help="which steps the label rests on")

    def answer(
        self, predictor: SequenceClassifier, options: argparse.Namespace
    ) -> list[tuple[str, Labelled | InputError]]:
        if options.top is not None and options.top < 1:
            raise ValueError("--top is at least 1")
        found = _read(predictor, options)
        queries = [
            SequenceQuery(values=with_gaps(steps), top=options.top, explain=options.explain) for steps in found.values
        ]
        return list(zip(found.places, predictor.predict(queries), strict=True))


def _read(predictor: SequenceClassifier, options: argparse.Namespace) -> Sequences:
    """The sequences of the file that is named, as the model takes them."""
    from seqserve.classify import array_file, images
    from seqserve.classify.sequences import Sequences

    path, features = options.file, predictor.config.features
    square = len(features) if predictor.config.steps == len(features) else None
    if path.is_dir():
        return images.folder(path, square)
    if path.suffix.lower() in images.SUFFIXES:
        return Sequences([images.read(path, square)], features, [path.name])
    if path.suffix.lower() == ".npz":
        return array_file.read(path)
    return of_table(predictor, path.name, path.read_bytes(), reading(options))


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add how a table is read."""
    parser.add_argument("--layout", choices=["auto", "wide", "long"], default="auto", help="a row: sequence or step")
    parser.add_argument("--id", action="append", default=[], metavar="NAME", help="long: tells the sequences apart")
    parser.add_argument("--time", action="append", default=[], metavar="NAME", help="long: puts steps in order")
    parser.add_argument("--ignore", action="append", default=[], metavar="NAME", help="a column that is not read")
    parser.add_argument("--decimal", choices=[".", ","], help="decimal mark")


def reading(options: argparse.Namespace) -> dict[str, Any]:
    """How a table is read, as `TableOptions` names it."""
    is_long = options.layout == "long" or bool(options.id or options.time)
    names = {name: getattr(options, name) for name in ("id", "time", "ignore", "decimal")}
    return names | {"layout": "long" if is_long else "wide"}


def of_table(predictor: SequenceClassifier, name: str, content: bytes, reading: Mapping[str, Any]) -> Sequences:
    """The sequences of a table, with the features in the order of the model.

    Raises:
        ValueError: it cannot be read so.
    """
    from seqserve.classify import tables

    features = predictor.config.features
    how = tables.TableOptions(label=None, features=features if reading["layout"] == "long" else [], **reading)
    found = tables.parse(name, content, how)
    if len(found.features) != len(features):  # the names of the columns do not tell the steps apart
        return tables.parse(name, content, replace(how, width=len(features)))
    if set(found.features) == set(features):
        order = [found.features.index(feature) for feature in features]
        return replace(found, values=[steps[:, order] for steps in found.values])
    return found


def with_gaps(steps: Floats) -> list[list[float | None]]:
    """Steps (T, D) as a query has them, with None for a gap."""
    return [[None if math.isnan(cell) else cell for cell in step] for step in steps.tolist()]
