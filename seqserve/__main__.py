# PYTHON_ARGCOMPLETE_OK
"""Manage released models and predict without a server."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

from seqserve import tasks
from seqserve.batch import command as batch
from seqserve.commands import models, prediction_log
from seqserve.core import completion
from seqserve.errors import InputError, SeqserveError
from seqserve.object_storage import address, remote_store
from seqserve.registry.signatures import TrustedKeys
from seqserve.registry.store import Store
from seqserve.tabular import look
from seqserve.tasks import TASKS


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Returns:
        The exit status: 0, 1 with a message on stderr, or 130 if it was interrupted.
    """
    parser = _parser()
    completion.offer(parser)
    options = parser.parse_args(arguments)
    try:
        trusted = os.environ.get("SEQSERVE_TRUSTED_KEYS")
        store = remote_store.opened(options.models)
        store.trusted = TrustedKeys.parse(trusted) if trusted else None
        status = int(options.run(store, options))
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # as of `| head`, which has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (SeqserveError, ValueError, OSError) as error:
        print(f"seqserve: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("seqserve: interrupted", file=sys.stderr)
        return 130


def _predict(store: Store, options: argparse.Namespace) -> int:
    """Answer as the service does; errors of single queries go to stderr too."""
    key = store.resolve_stated(options.task, options.model)
    command = TASKS[options.task].command
    answers = command.answer(tasks.load(store.read(key)), options)
    failed = [(place, answer) for place, answer in answers if isinstance(answer, InputError)]
    for place, error in failed:
        print(f"seqserve: {place}: {error}", file=sys.stderr)
    if not command.is_printed(options):
        print(f"seqserve: answered by {key}", file=sys.stderr)
        return 1 if failed else 0
    content = {
        "model": key.name,
        "version": key.version,
        command.results: [_with_row(command.result(answer), place, options) for place, answer in answers],
    }
    escaped = not (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(content, indent=2, ensure_ascii=escaped))
    return 1 if failed else 0


def _with_row(result: dict[str, Any], place: str, options: argparse.Namespace) -> dict[str, Any]:
    """An answer to a row of a table with the columns of that row, so that it can be told whose it is."""
    rows = getattr(options, "rows", {})
    return {"row": rows[place], **result} if place in rows else result


def _look(store: Store, options: argparse.Namespace) -> int:
    return look.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m seqserve", description=__doc__)
    parser.add_argument(
        "--models",
        type=address.parse,
        default=os.environ.get("SEQSERVE_MODELS") or "models",
        metavar="DIR",
        help="the models tree, a folder or s3://BUCKET/PREFIX (default: %(default)s)",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    models.add(commands)
    prediction_log.add(commands)

    about = "how a table of series is read, and why"
    looking = commands.add_parser("look", help=about, description=f"Prints {about}.")
    look.add_arguments(looking)
    looking.set_defaults(run=_look)

    group = commands.add_parser("predict", help="predict without a server").add_subparsers(required=True)
    for name, task in TASKS.items():
        about = task.command.help
        predict = group.add_parser(name, help=about, description=f"{about[0].upper()}{about[1:]}.")
        predict.add_argument("--model", metavar="NAME", help="name or name@version (default: the task's default model)")
        task.command.add_arguments(predict)
        predict.set_defaults(run=_predict, task=name)

    batch.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
