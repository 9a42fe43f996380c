"""What every task's predictor does, so that the service, the command line and the jobs treat all tasks alike.

A query goes through three steps. `prepare` validates and preprocesses one query, and is where a bad
one fails; `infer` runs many prepared ones at once, from any number of clients; `finish` turns one raw output
into the answer. Only `infer` is expensive.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any, Generic, NamedTuple, Self, TypeVar

from pydantic import ValidationError

from seqserve.core.length_batching import Tally
from seqserve.errors import ArtifactError, InputError
from seqserve.registry.artifact import CONFIG, EXAMPLES, Artifact

Query = TypeVar("Query")
Prepared = TypeVar("Prepared")
Raw = TypeVar("Raw")
Answer = TypeVar("Answer")

TOLERANCE = 1e-4
"""How far a golden answer may be off, relative: processors round differently, models differ by more."""


class Predictor(ABC, Generic[Query, Prepared, Raw, Answer]):
    """One loaded version of a model; its methods may be called from any thread.

    Attributes:
        query: the data class of a query; an answer is a data class too.
        tally: the steps that `infer` has run; it is exact while one thread infers at a time.
        inputs: names of what `reference.json` compares: features, or that texts have so many tokens.
        classes: the answers there can be, if they are few.
    """

    query: Callable[..., Query]
    inputs: Sequence[str] = ("tokens",)
    classes: Sequence[str] = ()

    def __init__(self) -> None:
        self.tally = Tally()

    @classmethod
    @abstractmethod
    def load(cls, artifact: Artifact, threads: int = 1) -> Self:
        """Build the predictor from a verified version.

        Raises:
            ArtifactError: a file is missing or does not fit the others.
        """

    @abstractmethod
    def signature(self) -> dict[str, Any]:
        """What a caller must know: sizes, limits, names."""

    @abstractmethod
    def prepare(self, query: Query) -> Prepared:
        """Validate and preprocess one query.

        Raises:
            InputError: it cannot be predicted.
        """

    @abstractmethod
    def infer(self, batch: Sequence[Prepared]) -> Sequence[Raw]:
        """Run the network on a batch; the outputs are in its order."""

    @abstractmethod
    def finish(self, prepared: Prepared, raw: Raw) -> Answer:
        """The answer to one query."""

    @abstractmethod
    def cost(self, prepared: Prepared) -> int:
        """The work in a prepared query, in steps of the network."""

    def provable(self, answer: dict[str, Any]) -> dict[str, Any]:
        """What must come out alike of an answer to a golden example, beside a golden answer that lacks new fields."""
        return answer

    def replay(self, example: dict[str, Any]) -> dict[str, Any]:
        """Answer the input of a golden example; both have the form of `examples.json`.

        Raises:
            InputError: the input cannot be predicted.
        """
        answer: Any = self.predict([self.query(**example)])[0]
        if isinstance(answer, InputError):
            raise answer
        return dict(asdict(answer))

    def predict(self, queries: Sequence[Query]) -> list[Answer | InputError]:
        """Answer a batch in process; a failed query has its error in its place."""
        answers: list[Answer | InputError | None] = [None] * len(queries)
        prepared: dict[int, Prepared] = {}
        for index, query in enumerate(queries):
            try:
                prepared[index] = self.prepare(query)
            except InputError as error:
                answers[index] = error.kept()
        raws = self.infer(list(prepared.values())) if prepared else []
        for (index, item), raw in zip(prepared.items(), raws, strict=True):
            answers[index] = self.finish(item, raw)
        return [answer for answer in answers if answer is not None]


AnyPredictor = Predictor[Any, Any, Any, Any]


def load(kind: type[AnyPredictor], artifact: Artifact, threads: int = 1) -> AnyPredictor:
    """Build a version's predictor and let it prove itself on its golden examples.

    Raises:
        ArtifactError: it cannot be built, or answers an example otherwise than when it was published.
    """
    predictor = build(kind, artifact, threads)
    for replayed in replay(predictor, artifact):
        if not replayed.alike:
            raise ArtifactError(
                f"{artifact} answers its example {replayed.number} otherwise than when it was published; "
                "if seqserve is newer than the version, see how with 'python -m seqserve models republish'"
            )
    return predictor


def build(kind: type[AnyPredictor], artifact: Artifact, threads: int = 1) -> AnyPredictor:
    """A version's predictor, which has yet to prove itself.

    Raises:
        ArtifactError: it cannot be built.
    """
    try:
        return kind.load(artifact, threads)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ArtifactError(f"{artifact}: {first['msg']} at {where or CONFIG}; publish it again") from None


class Replayed(NamedTuple):
    """A golden example, counted from 1, its answer now and when the version was published."""

    number: int
    input: dict[str, Any]
    answer: dict[str, Any]
    golden: dict[str, Any]
    alike: bool


def replay(predictor: AnyPredictor, artifact: Artifact) -> Iterator[Replayed]:
    """Answer the golden examples of a version again.

    Raises:
        ArtifactError: there are none, or one cannot be answered.
    """
    examples = artifact.json(EXAMPLES)
    if not isinstance(examples, list) or not examples:
        raise ArtifactError(f"{artifact}: {EXAMPLES} holds no example to prove the version with; publish it again")
    for number, example in enumerate(examples, 1):
        try:
            answer, golden = predictor.replay(example["input"]), example["output"]
            seen = dict if answer.keys() == golden.keys() else predictor.provable  # a version may lack newer fields
            same = alike(seen(answer), seen(golden))
        except Exception as error:
            raise ArtifactError(f"{artifact} fails its example {number} ({error!r}); publish it again") from error
        yield Replayed(number, example["input"], answer, golden, same)


def alike(answer: Any, golden: Any, size: float = 0.0) -> bool:
    """Whether two answers agree; a float near zero in a list is as exact as the list's largest, `size`.

    Of warnings only the number counts: they are prose, which may be worded anew without a version being another.
    """
    if isinstance(golden, dict):
        return (
            isinstance(answer, dict)
            and answer.keys() == golden.keys()
            and all(
                len(answer[key]) == len(golden[key]) if key == "warnings" else alike(answer[key], golden[key], size)
                for key in golden
            )
        )
    if isinstance(golden, list):
        size = _largest(golden)
        return (
            isinstance(answer, list)
            and len(answer) == len(golden)
            and all(alike(one, other, size) for one, other in zip(answer, golden, strict=True))
        )
    if isinstance(golden, float):
        return isinstance(answer, float) and abs(answer - golden) <= TOLERANCE * max(1e-9, abs(golden), size)
    return bool(answer == golden)


def _largest(answer: Any) -> float:
    """The size of the largest float in an answer, at any depth."""
    if isinstance(answer, dict | list):
        return max(map(_largest, answer.values() if isinstance(answer, dict) else answer), default=0.0)
    return abs(answer) if isinstance(answer, float) else 0.0
