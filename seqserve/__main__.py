"""Manage released models and predict without a server."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from seqserve import tasks
from seqserve.errors import ArtifactError, InputError, SeqserveError
from seqserve.registry.store import STABLE, Key, Store
from seqserve.tasks import TASKS


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


def _predict(store: Store, options: argparse.Namespace) -> int:
    """Answer as the service does; errors of single queries go to stderr too."""
    name, _, version = (options.model or "").removeprefix(f"{options.task}/").partition("@")
    key = store.resolve(options.task, name or None, version or None)
    command = TASKS[options.task].command
    answers = command.answer(tasks.load(store.read(key)), options)
    failed = [(place, answer) for place, answer in answers if isinstance(answer, InputError)]
    for place, error in failed:
        print(f"seqserve: {place}: {error}", file=sys.stderr)
    content = {
        "model": key.name,
        "version": key.version,
        command.results: [command.result(answer) for _, answer in answers],
    }
    escaped = not (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(content, indent=2, ensure_ascii=escaped))
    return 1 if failed else 0


def _key(store: Store, model: str) -> Key:
    """`task/name` or `task/name@version`, where the version may be a label."""
    path, _, version = model.partition("@")
    task, _, name = path.partition("/")
    if not name:
        raise ValueError(f"{model!r} names no model; write task/name or task/name@version, such as forecast/google@2")
    return store.resolve(task, name, version or None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m seqserve", description=__doc__)
    models = Path(os.environ.get("SEQSERVE_MODELS") or "models")
    parser.add_argument(
        "--models", type=Path, default=models, metavar="DIR", help="the models tree (default: %(default)s)"
    )
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
    label.add_argument("label", help="such as stable or canary")
    label.add_argument("version", help="a version, or a label that points at one")
    label.add_argument(
        "--share",
        type=float,
        default=0.0,
        metavar="X",
        help="share of the traffic that names no version, 0 to 1 (default: %(default)s)",
    )
    label.add_argument("--even-if-worse", action="store_true", help="label it stable though it loses to a baseline")
    label.set_defaults(run=_label)
    default = group.add_parser("default", help="make a model its task's default")
    default.add_argument("model", help="task/name")
    default.set_defaults(run=_default)

    group = commands.add_parser("predict", help="predict without a server").add_subparsers(required=True)
    for name, task in TASKS.items():
        about = task.command.help
        predict = group.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
        predict.add_argument("--model", metavar="NAME", help="name or name@version (default: the task's default model)")
        task.command.add_arguments(predict)
        predict.set_defaults(run=_predict, task=name)
    return parser


if __name__ == "__main__":
    sys.exit(main())
