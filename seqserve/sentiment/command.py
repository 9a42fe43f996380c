"""`python -m seqserve predict sentiment`: labels texts."""

from __future__ import annotations

import argparse

from seqserve.core.task import Command
from seqserve.errors import InputError
from seqserve.sentiment.predictor import Classification, Classifier, TextQuery
from seqserve.tabular import text_arguments


class SentimentCommand(Command[Classifier]):
    help = "label texts"
    results = "results"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        text_arguments.add(parser)
        parser.add_argument("--explain", action="store_true", help="what each word contributes")

    def answer(
        self, predictor: Classifier, options: argparse.Namespace
    ) -> list[tuple[str, Classification | InputError]]:
        texts = text_arguments.read(options)
        answers = predictor.predict([TextQuery(text, options.explain) for text in texts.values()])
        return list(zip(texts, answers, strict=True))
