"""`python -m seqserve predict tag`: finds the entities of texts."""

from __future__ import annotations

import argparse

from seqserve.core.task import Command
from seqserve.errors import InputError
from seqserve.tabular import text_arguments
from seqserve.tag.predictor import Tagger, Tagging, TagQuery


class TagCommand(Command[Tagger]):
    help = "find persons, places and other entities in texts"
    results = "tags"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        text_arguments.add(parser)
        parser.add_argument(
            "--mask",
            type=lambda text: text.split(","),
            default=[],
            metavar="KINDS",
            help="also answer the text with these replaced, such as person,email,phone",
        )

    def answer(self, predictor: Tagger, options: argparse.Namespace) -> list[tuple[str, Tagging | InputError]]:
        predictor.check_mask(options.mask)
        texts = text_arguments.read(options)
        answers = predictor.predict([TagQuery(text, options.mask) for text in texts.values()])
        return list(zip(texts, answers, strict=True))
