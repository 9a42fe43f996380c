"""`python -m seqserve predict translation`: translates texts, and documents as they are."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from seqserve.core.messages import counted
from seqserve.core.progress import Progress
from seqserve.core.task import Command
from seqserve.errors import InputError
from seqserve.tabular import text_arguments
from seqserve.translation.documents import formats
from seqserve.translation.formality import REGISTERS
from seqserve.translation.predictor import Translation, TranslationQuery, Translator

if TYPE_CHECKING:
    from seqserve.translation.documents.translation import Outcome

_MOST_WARNINGS = 10


class TranslationCommand(Command[Translator]):
    help = "translate texts, or a document as it is"
    results = "translations"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        text_arguments.add(parser)
        parser.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            help=f"write the document in --file translated ({' '.join(formats.SUFFIXES)}); of other formats than .txt, "
            "it is written beside the document by default, as letter.fr.docx",
        )
        parser.add_argument(
            "--alternatives",
            type=int,
            default=0,
            metavar="N",
            help="other translations to show, at most (default: %(default)s)",
        )
        parser.add_argument("--formality", choices=REGISTERS, help="how 'you' is said, where the language has a choice")
        parser.add_argument("--beam", type=int, metavar="N", help="hypotheses to follow (default: the model's own)")

    def answer(self, predictor: Translator, options: argparse.Namespace) -> list[tuple[str, Translation | InputError]]:
        """As the base says; a translated document is written, and only the errors of its texts are returned."""
        if not self.is_printed(options):
            return list(_translate(predictor, options).errors.items())
        texts = text_arguments.read(options)
        answers = predictor.predict(
            [TranslationQuery(text, options.alternatives, options.beam, options.formality) for text in texts.values()]
        )
        return list(zip(texts, answers, strict=True))

    def is_printed(self, options: argparse.Namespace) -> bool:
        path: Path | None = options.file
        is_document = path is not None and path.suffix.lower() in formats.SUFFIXES and path.suffix.lower() != ".txt"
        return options.output is None and not is_document


def _translate(predictor: Translator, options: argparse.Namespace) -> Outcome:
    """Translate a document into a file.

    Raises:
        ValueError: no file is named, or other translations are asked for too, which a document has no place for.
        DocumentError, OSError: it cannot be read or written.
    """
    from seqserve.translation.documents import translation  # it loads the identifier of languages

    source: Path | None = options.file
    if source is None:
        raise ValueError("--output needs the document to translate: name it with --file")
    if options.alternatives:
        raise ValueError("--alternatives are for texts; a document has one translation")
    predictor.check(0, options.beam, options.formality)
    target = options.output or source.with_suffix(f".{predictor.config.target}{source.suffix}")
    if target.suffix.lower() != source.suffix.lower():
        raise ValueError(f"{target.name}: the translation of a {source.suffix} is a {source.suffix}; name it so")
    if options.output is None and target.exists():
        raise ValueError(f"{target} is there already; name another file with --output, or this one to replace it")
    document = formats.read(source)
    with Progress(len({text for _, text in document.texts}), "texts") as progress:
        outcome = translation.translated(document, predictor, options.beam, progress.add, options.formality)
    target.write_bytes(outcome.content)
    print(f"seqserve: wrote {target}", file=sys.stderr)
    for place, warnings in list(outcome.warnings.items())[:_MOST_WARNINGS]:
        print(f"seqserve: {source.name}, {place}: {'; '.join(warnings)}", file=sys.stderr)
    if (more := len(outcome.warnings) - _MOST_WARNINGS) > 0:
        print(f"seqserve: {counted(more, 'text')} more with warnings", file=sys.stderr)
    return outcome
