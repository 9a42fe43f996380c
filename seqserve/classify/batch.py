"""`python -m seqserve batch classify`: labels the sequences of files."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from seqserve.classify import command
from seqserve.classify.predictor import Labelled, SequenceClassifier, SequenceQuery
from seqserve.core.batch_scoring import ERROR, WARNINGS, BatchScoring, Opened, Scored
from seqserve.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa


class ClassifyBatch(BatchScoring[SequenceClassifier]):
    """A row of the output is a sequence, or of a model that labels each step a step of one.

    Columns are `sequence`, where it stands, `step` if there are several, `label`, `probability` and one for each label.
    A sequence that cannot be labelled has one row, with its error. A file is read whole, as `predict classify` does.
    """

    noun = "sequences"
    block = 1_000

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        command.add_reading(parser)

    def said(self, options: argparse.Namespace) -> dict[str, Any]:
        return {"reading": command.reading(options)}

    def check(self, predictor: SequenceClassifier, said: Mapping[str, Any]) -> None:
        pass

    def count(self, file: Opened) -> int | None:
        return None

    def read(
        self, files: Sequence[Opened], predictor: SequenceClassifier, said: Mapping[str, Any], size: int
    ) -> Iterator[pa.Table]:
        import pyarrow as pa

        if len(files) > 1:
            raise ValueError("sequences are read file by file; leave --together out")
        found = command.of_table(predictor, files[0].name, files[0].stream.read(), said["reading"])
        for begin in range(0, len(found.values), size):
            values = [json.dumps(command.with_gaps(steps)) for steps in found.values[begin : begin + size]]
            yield pa.table({"sequence": found.places[begin : begin + size], "values": values})

    def score(self, predictor: SequenceClassifier, block: pa.Table, said: Mapping[str, Any]) -> Scored:
        queries = [SequenceQuery(json.loads(values)) for values in block.column("values").to_pylist()]
        answers = predictor.predict(queries)
        rows = [
            {"sequence": place, **row}
            for place, answer in zip(block.column("sequence").to_pylist(), answers, strict=True)
            for row in _rows(answer)
        ]
        errors = Counter(answer.code for answer in answers if isinstance(answer, InputError))
        warned = sum(bool(answer.warnings) for answer in answers if isinstance(answer, Labelled))
        return Scored(_table(rows, predictor), len(answers), dict(errors), warned)


def _rows(answer: Labelled | InputError) -> Iterator[dict[str, Any]]:
    if isinstance(answer, InputError):
        yield {ERROR: f"{answer.code}: {answer}", WARNINGS: []}
        return
    whole = {"label": answer.label, "probability": answer.probability, "probabilities": answer.probabilities}
    for number, told in enumerate(answer.steps or [whole]):
        shares = {_share(label): share for label, share in told["probabilities"].items()}
        yield {"step": number, "label": told["label"], "probability": told["probability"], **shares} | {
            WARNINGS: answer.warnings
        }


def _table(rows: Sequence[Mapping[str, Any]], predictor: SequenceClassifier) -> pa.Table:
    import pyarrow as pa

    kinds = {"sequence": pa.string(), "label": pa.string(), "probability": pa.float64()}
    if predictor.config.per_step:
        kinds["step"] = pa.int64()
    kinds |= {_share(label): pa.float64() for label in predictor.config.labels}
    kinds |= {ERROR: pa.string(), WARNINGS: pa.list_(pa.string())}
    return pa.table({name: pa.array([row.get(name) for row in rows], kind) for name, kind in kinds.items()})


def _share(label: str) -> str:
    return f"p_{label}"
