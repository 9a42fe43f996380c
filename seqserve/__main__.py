"""The models tree without a server: `python -m seqserve models ...` and `python -m seqserve predict ...`."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from seqserve import tasks
from seqserve.core.predictor import Predictor
from seqserve.errors import ArtifactError, InputError, SeqserveError
from seqserve.forecast import timestamps
from seqserve.forecast.predictor import Forecaster, ForecastQuery
from seqserve.registry.store import STABLE, Key, Store
from seqserve.sentiment.predictor import Classification, TextQuery
from seqserve.tabular import series_table, text_table
from seqserve.translation.predictor import Translation, TranslationQuery

_STANDARD_INPUT = Path("-")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit status is 0, or 1 with a message on stderr."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(Store(options.models), options))
    except (SeqserveError, ValueError, OSError) as error:
        print(f"seqserve: {error}", file=sys.stderr)
        return 1


def _list(store: Store, options: argparse.Namespace) -> int:
    for task in store.tasks():
        for name in store.names(task):
            labels, shares = store.labels(task, name), store.shares(task, name)
            for version in store.versions(task, name):
                own = sorted(label for label, labelled in labels.items() if labelled == version)
                marks = [f"{label} {100 * shares[label]:g}%" if label in shares else label for label in own]
                default = ["default"] if name == store.default(task) and STABLE in own else []
                print(f"{task}/{name}", version, ",".join(marks + default), sep="\t")
    return 0


def _show(store: Store, options: argparse.Namespace) -> int:
    artifact = store.read(_key(store, options.model))
    print(artifact.file("MODEL_CARD.md").decode())
    print(artifact.manifest.model_dump_json(indent=2))
    return 0


def _verify(store: Store, options: argparse.Namespace) -> int:
    failed = 0
    keys = [_key(store, options.model)] if options.model else store.released()
    if not keys:
        raise ValueError(f"no version to verify in {store.root}; --models says where the tree is")
    for key in keys:
        try:
            tasks.load(store.read(key))
            print(f"ok\t{key}")
        except ArtifactError as error:
            failed += 1
            print(f"bad\t{key}\t{error}")
    return 1 if failed else 0


def _label(store: Store, options: argparse.Namespace) -> int:
    key = _key(store, f"{options.model}@{options.version}")
    tasks.load(store.read(key))  # a label points at nothing that would be refused
    store.label(key, options.label, share=options.share, even_if_worse=options.even_if_worse)
    share = f", with {100 * options.share:g}% of the traffic that names no version" if options.share else ""
    print(f"{options.label} is now {key}{share}")
    return 0


def _default(store: Store, options: argparse.Namespace) -> int:
    key = _key(store, options.model)
    store.set_default(key.task, key.name)
    print(f"{key.name} is now the default of {key.task}")
    return 0


def _forecast(store: Store, options: argparse.Namespace) -> int:
    key, predictor = _loaded(store, "forecast", options.model)
    assert isinstance(predictor, Forecaster)
    columns = options.column or predictor.config.features
    table = series_table.read(options.csv, columns)
    for line in table.report:
        print(f"seqserve: {line}", file=sys.stderr)
    query = ForecastQuery(
        id=options.csv.name,
        values=table.values.tolist(),
        horizon=options.horizon,
        levels=options.level,
    )
    (answer,) = predictor.predict([query])
    if isinstance(answer, InputError):
        raise answer
    if table.times is not None and table.frequency is not None:
        # counted from the last row, so that it does not matter which days are missing before it
        ahead = timestamps.following(table.times[-1].isoformat(), table.frequency, 1, len(answer.mean))
        answer = replace(answer, timestamps=list(ahead))
    _print(key, forecasts=[asdict(answer)])
    return 0


def _sentiment(store: Store, options: argparse.Namespace) -> int:
    return _answered(store, options, "sentiment", "results", lambda text: TextQuery(text, options.explain))


def _translation(store: Store, options: argparse.Namespace) -> int:
    def query(text: str) -> TranslationQuery:
        return TranslationQuery(text, options.alternatives, options.beam)

    return _answered(store, options, "translation", "translations", query)


def _answered(store: Store, options: argparse.Namespace, task: str, results: str, query: Callable[[str], Any]) -> int:
    """Answer texts as the service does; the errors of single ones are said on stderr too."""
    texts = _texts(options)
    key, predictor = _loaded(store, task, options.model)
    answers = predictor.predict(list(map(query, texts.values())))
    for place, answer in zip(texts, answers, strict=True):
        if isinstance(answer, InputError):
            print(f"seqserve: {place}: {answer}", file=sys.stderr)
    _print(key, **{results: list(map(_result, answers))})
    return 1 if any(isinstance(answer, InputError) for answer in answers) else 0


def _texts(options: argparse.Namespace) -> dict[str, str]:
    """The texts by where they stand, as a message says it."""
    path: Path | None = options.file
    if path is None:
        return {f"text {number}": text for number, text in enumerate(options.texts, 1)}
    if path.suffix.lower() in text_table.SUFFIXES:
        return {place: text for place, (text,) in text_table.read(path, [options.column]).items()}
    name = "standard input" if path == _STANDARD_INPUT else path.name
    content = sys.stdin.buffer.read() if path == _STANDARD_INPUT else path.read_bytes()
    try:
        lines = io.StringIO(content.decode("utf-8-sig"), newline=None)
    except UnicodeDecodeError:
        raise ValueError(f"{name} is not UTF-8; save it as UTF-8") from None
    texts = {f"{name}, line {number}": line.rstrip("\n") for number, line in enumerate(lines, 1)}
    if not texts:
        raise ValueError(f"{name} is empty; write a text a line")
    return texts


def _result(answer: Classification | Translation | InputError) -> dict[str, Any]:
    """What the service answers for an item."""
    if isinstance(answer, InputError):
        return {"error": {"code": answer.code, "message": str(answer), "field": answer.field}}
    return {name: value for name, value in asdict(answer).items() if value is not None}


def _loaded(store: Store, task: str, model: str | None) -> tuple[Key, Predictor[Any, Any, Any, Any]]:
    """The version that `name` or `name@version` means; none means the task's default."""
    name, _, version = (model or "").removeprefix(f"{task}/").partition("@")
    key = store.resolve(task, name or None, version or None)
    return key, tasks.load(store.read(key))


def _print(key: Key, **answers: list[dict[str, Any]]) -> None:
    escaped = not (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps({"model": key.name, "version": key.version, **answers}, indent=2, ensure_ascii=escaped))


def _key(store: Store, model: str) -> Key:
    """`task/name` or `task/name@version`, where the version may be a label."""
    path, _, version = model.partition("@")
    task, _, name = path.partition("/")
    if not name:
        raise ValueError(f"{model!r} names no model; write task/name or task/name@version, such as forecast/google@2")
    return store.resolve(task, name, version or None)


def _levels(text: str) -> list[int]:
    try:
        return [int(level) for level in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of whole numbers such as 80,95") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m seqserve", description=__doc__)
    models = Path(os.environ.get("SEQSERVE_MODELS") or "models")
    parser.add_argument("--models", type=Path, default=models, metavar="DIR", help="the models tree (%(default)s)")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    group = commands.add_parser("models", help="list, show, verify and label versions").add_subparsers(required=True)
    group.add_parser("list", help="every version and its labels").set_defaults(run=_list)
    show = group.add_parser("show", help="the card and the manifest of a version")
    show.add_argument("model", help="task/name or task/name@version")
    show.set_defaults(run=_show)
    verify = group.add_parser("verify", help="check digests and replay the golden examples")
    verify.add_argument("model", nargs="?", help="task/name or task/name@version; none means all")
    verify.set_defaults(run=_verify)
    label = group.add_parser("label", help="point a label at a version")
    label.add_argument("model", help="task/name")
    label.add_argument("label", help="such as stable")
    label.add_argument("version")
    label.add_argument("--share", type=float, default=0.0, help="of the traffic that names no version, such as 0.1")
    label.add_argument("--even-if-worse", action="store_true", help="label it stable though it loses to a baseline")
    label.set_defaults(run=_label)
    default = group.add_parser("default", help="make a model its task's default")
    default.add_argument("model", help="task/name")
    default.set_defaults(run=_default)

    group = commands.add_parser("predict", help="predict without a server").add_subparsers(required=True)
    forecast = group.add_parser("forecast", help="forecast the next steps of a CSV")
    forecast.add_argument("--model", help="name or name@version; none means the default")
    forecast.add_argument("--csv", type=Path, required=True)
    forecast.add_argument("--column", action="append", help="column to read; repeat it for several features")
    forecast.add_argument("--horizon", type=int)
    forecast.add_argument("--level", type=_levels, default=[], help="levels of intervals, such as 80,95")
    forecast.set_defaults(run=_forecast)
    sentiment = group.add_parser("sentiment", help="label texts")
    _take_texts(sentiment)
    sentiment.add_argument("--explain", action="store_true", help="what each word contributes")
    sentiment.set_defaults(run=_sentiment)
    translation = group.add_parser("translation", help="translate texts")
    _take_texts(translation)
    translation.add_argument("--alternatives", type=int, default=0, metavar="N", help="other translations, at most")
    translation.add_argument("--beam", type=int, metavar="N", help="hypotheses to follow; none means the model's own")
    translation.set_defaults(run=_translation)
    return parser


def _take_texts(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", help="name or name@version; none means the default")
    texts = parser.add_mutually_exclusive_group(required=True)
    texts.add_argument("texts", nargs="*", default=[], metavar="TEXT")
    texts.add_argument("--file", type=Path, help="a text a line, or a table, see --column; - is standard input")
    parser.add_argument("--column", default="text", help="of a .csv, .tsv or .jsonl (%(default)s)")


if __name__ == "__main__":
    sys.exit(main())
