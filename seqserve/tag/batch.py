"""`python -m seqserve batch tag`: finds the entities in the texts of files, and masks them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from seqserve.tabular.row_blocks.text_batch import TextBatch
from seqserve.tag.predictor import Tagger, Tagging, TagQuery

if TYPE_CHECKING:
    import pyarrow as pa


class TagBatch(TextBatch[Tagger]):
    """Columns: `entities`, a list of `start`, `end`, `text`, `label` and `score`; and `masked`, if it is asked for."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--mask",
            metavar="KINDS",
            help="write the text with these replaced too, such as person,email,phone; --keep without the column of the "
            "texts leaves the whole text out",
        )

    def said(self, options: argparse.Namespace) -> dict[str, Any]:
        return super().said(options) | {"mask": options.mask.split(",") if options.mask else []}

    def check(self, predictor: Tagger, said: Mapping[str, Any]) -> None:
        predictor.check_mask(said["mask"])

    def schema(self, predictor: Tagger, said: Mapping[str, Any]) -> Mapping[str, pa.DataType]:
        import pyarrow as pa

        kinds = {
            "start": pa.int64(),
            "end": pa.int64(),
            "text": pa.string(),
            "label": pa.string(),
            "score": pa.float64(),
        }
        return {"entities": pa.list_(pa.struct(list(kinds.items())))} | (
            {"masked": pa.string()} if said["mask"] else {}
        )

    def query(self, text: str, said: Mapping[str, Any]) -> TagQuery:
        return TagQuery(text, said["mask"])

    def cells(self, answer: Tagging, said: Mapping[str, Any]) -> Sequence[Any]:
        return [answer.entities, answer.masked] if said["mask"] else [answer.entities]
