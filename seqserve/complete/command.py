"""`python -m seqserve predict complete`: suggests words, or continues texts."""

from __future__ import annotations

import argparse
from typing import Any

from seqserve.complete.predictor import Completer, Completion
from seqserve.complete.query import CompletionQuery
from seqserve.core.task import Command
from seqserve.errors import InputError
from seqserve.tabular import text_arguments

_WANTED = ("mode", "count", "most_tokens", "temperature", "top_p", "seed", "stop")


class CompleteCommand(Command[Completer]):
    help = "complete texts"
    results = "results"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        text_arguments.add(parser)
        add_wanted(parser)

    def answer(self, predictor: Completer, options: argparse.Namespace) -> list[tuple[str, Completion | InputError]]:
        texts = text_arguments.read(options)
        queries = [CompletionQuery(text, **wanted(options)) for text in texts.values()]
        return list(zip(texts, predictor.predict(queries), strict=True))


def add_wanted(parser: argparse.ArgumentParser, seed: int | None = None) -> None:
    """Add what is asked of each text.

    Args:
        seed: by default; none means another one each time.
    """
    usual = CompletionQuery("")
    parser.add_argument(
        "--mode",
        choices=["suggest", "continue"],
        default=usual.mode,
        help="words, or a text (default: %(default)s)",
    )
    parser.add_argument("--count", type=int, help="suggestions (default: 3), or continuations (default: 1)")
    parser.add_argument(
        "--most-tokens",
        type=int,
        default=usual.most_tokens,
        help="subwords of a continuation (default: %(default)s)",
    )
    parser.add_argument(
        "--temperature", type=float, default=usual.temperature, help="0 takes the likeliest (default: %(default)s)"
    )
    parser.add_argument(
        "--top-p", type=float, default=usual.top_p, help="share of probability to draw from (default: %(default)s)"
    )
    default = "another each time" if seed is None else seed
    parser.add_argument("--seed", type=int, default=seed, help=f"of what is drawn (default: {default})")
    parser.add_argument("--stop", action="append", default=[], help="a text to end before; may be given again")


def wanted(options: argparse.Namespace) -> dict[str, Any]:
    """What is asked of each text, as `CompletionQuery` names it."""
    return {name: getattr(options, name) for name in _WANTED}
