"""`python -m seqserve batch sentiment`: labels the texts of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from seqserve.sentiment.predictor import Classification, Classifier, TextQuery
from seqserve.tabular.row_blocks.text_batch import TextBatch

if TYPE_CHECKING:
    import pyarrow as pa


class SentimentBatch(TextBatch[Classifier]):
    """Columns: `label`, `score`, and the probability of each label as `p_<label>`."""

    def schema(self, predictor: Classifier, said: Mapping[str, Any]) -> Mapping[str, pa.DataType]:
        import pyarrow as pa

        several = {"labels": pa.list_(pa.string())} if predictor.config.thresholds else {}
        return {"label": pa.string(), "score": pa.float64(), **several} | {
            f"p_{label}": pa.float64() for label in predictor.config.labels
        }

    def query(self, text: str, said: Mapping[str, Any]) -> TextQuery:
        return TextQuery(text)

    def cells(self, answer: Classification, said: Mapping[str, Any]) -> Sequence[Any]:
        several = [] if answer.labels is None else [answer.labels]
        return [answer.label, answer.score, *several, *answer.scores.values()]
