"""What a task is to this package: a predictor, and a subcommand of `python -m seqserve predict`."""

from __future__ import annotations

import argparse
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

from seqserve.core.batch_scoring import BatchScoring
from seqserve.core.predictor import AnyPredictor
from seqserve.errors import InputError

P = TypeVar("P")


class Command(ABC, Generic[P]):
    """The subcommand `predict <task>`, for predictors of class P.

    Its module is imported for `--help`, so it imports slow libraries such as pandas where it uses them.

    Attributes:
        help: what the subcommand does, in one line.
        results: the key of the answers in the printed JSON.
    """

    help: str
    results: str

    @abstractmethod
    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the arguments of the task; `--model` is already there."""

    @abstractmethod
    def answer(self, predictor: P, options: argparse.Namespace) -> list[tuple[str, Any]]:
        """Answer the input of the command line.

        Returns:
            Where each query stands, such as `reviews.csv, row 2`, and its answer or its `InputError`.

        Raises:
            InputError, ValueError, OSError: nothing can be answered.
        """

    def is_printed(self, options: argparse.Namespace) -> bool:
        """Whether the answers are printed as JSON; if not, `answer` has written them elsewhere."""
        return True

    def result(self, answer: Any) -> dict[str, Any]:
        """An answer, or the error of one query, for the printed JSON; fields that are None are left out."""
        if isinstance(answer, InputError):
            return {"error": {"code": answer.code, "message": str(answer), "field": answer.field}}
        return {name: value for name, value in asdict(answer).items() if value is not None}


@dataclass(frozen=True)
class Task:
    """A task of this package, as `seqserve.tasks` lists it.

    Args:
        predictor: the class that loads its versions and answers its queries.
        command: its subcommand of `predict`.
        batch: how it answers files in bulk; none if it does not.
    """

    predictor: type[AnyPredictor]
    command: Command[Any]
    batch: BatchScoring[Any] | None = None
