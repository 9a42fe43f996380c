"""`python -m seqserve batch translation`: translates the texts of files."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from seqserve.tabular.row_blocks.text_batch import TextBatch
from seqserve.translation.predictor import Translation, TranslationQuery, Translator

if TYPE_CHECKING:
    import pyarrow as pa


class TranslationBatch(TextBatch[Translator]):
    """Columns: `translation`, and `score`, the mean log-probability of its tokens."""

    block = 500

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--beam", type=int, metavar="N", help="hypotheses to follow (default: the model's own)")

    def said(self, options: argparse.Namespace) -> dict[str, Any]:
        return super().said(options) | {"beam": options.beam}

    def check(self, predictor: Translator, said: Mapping[str, Any]) -> None:
        predictor.check(0, said["beam"])

    def schema(self, predictor: Translator, said: Mapping[str, Any]) -> Mapping[str, pa.DataType]:
        import pyarrow as pa

        return {"translation": pa.string(), "score": pa.float64()}

    def query(self, text: str, said: Mapping[str, Any]) -> TranslationQuery:
        return TranslationQuery(text, beam=said["beam"])

    def cells(self, answer: Translation, said: Mapping[str, Any]) -> Sequence[Any]:
        return [answer.text, answer.score]
