"""`python -m seqserve predict translation`: translates texts."""

from __future__ import annotations

import argparse

from seqserve.core.task import Command
from seqserve.errors import InputError
from seqserve.tabular import text_arguments
from seqserve.translation.predictor import Translation, TranslationQuery, Translator


class TranslationCommand(Command[Translator]):
    help = "translate texts"
    results = "translations"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        text_arguments.add(parser)
        parser.add_argument(
            "--alternatives",
            type=int,
            default=0,
            metavar="N",
            help="other translations to show, at most (default: %(default)s)",
        )
        parser.add_argument("--beam", type=int, metavar="N", help="hypotheses to follow (default: the model's own)")

    def answer(self, predictor: Translator, options: argparse.Namespace) -> list[tuple[str, Translation | InputError]]:
        texts = text_arguments.read(options)
        answers = predictor.predict(
            [TranslationQuery(text, options.alternatives, options.beam) for text in texts.values()]
        )
        return list(zip(texts, answers, strict=True))
