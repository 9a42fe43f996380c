"""`python -m seqserve batch complete`: suggests words for the texts of files, or continues them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from seqserve.complete import command
from seqserve.complete.predictor import Completer, Completion
from seqserve.complete.query import CompletionQuery, checked
from seqserve.tabular.row_blocks.text_batch import TextBatch

if TYPE_CHECKING:
    import pyarrow as pa


class CompleteBatch(TextBatch[Completer]):
    """A column `suggestions`, a list of `text`, `word` and `score`; or with `--mode continue` one `continuations`."""

    block = 200

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        super().add_arguments(parser)
        command.add_wanted(parser, seed=0)  # what is done again must come out the same

    def said(self, options: argparse.Namespace) -> dict[str, Any]:
        return super().said(options) | {"wanted": command.wanted(options)}

    def check(self, predictor: Completer, said: Mapping[str, Any]) -> None:
        checked(self.query("", said))

    def schema(self, predictor: Completer, said: Mapping[str, Any]) -> Mapping[str, pa.DataType]:
        import pyarrow as pa

        kinds = {"text": pa.string(), "word": pa.string(), "score": pa.float64()}
        if said["wanted"]["mode"] == "suggest":
            return {"suggestions": pa.list_(pa.struct(list(kinds.items())))}
        kinds = {"text": pa.string(), "finish": pa.string(), "tokens": pa.int64(), "score": pa.float64()}
        return {"continuations": pa.list_(pa.struct(list(kinds.items())))}

    def query(self, text: str, said: Mapping[str, Any]) -> CompletionQuery:
        return CompletionQuery(text, **said["wanted"])

    def cells(self, answer: Completion, said: Mapping[str, Any]) -> Sequence[Any]:
        found = answer.suggestions if answer.continuations is None else answer.continuations
        return [[asdict(each) for each in found or []]]
