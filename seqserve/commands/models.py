"""The subcommands of `python -m seqserve models`: what is released, and what is served of it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from seqserve import tasks
from seqserve.commands import comparison, republishing
from seqserve.errors import ArtifactError
from seqserve.object_storage import remote_store, web_index
from seqserve.registry import artifact, removal, tree_scan
from seqserve.registry.artifact import Artifact
from seqserve.registry.signatures import Signer
from seqserve.registry.store import Key, Store

_ANY = "task/name or task/name@version"
_Run = Callable[[Store, argparse.Namespace], int]


def _list(store: Store, options: argparse.Namespace) -> int:
    found = list(comparison.listed(store))
    if options.json:
        print(json.dumps(found, indent=2))
    else:
        for version in found:
            marks = version["labels"] + (["default"] if version["default"] else [])
            print(version["model"], version["version"], ",".join(marks), comparison.described(version), sep="\t")
    return _tell_unreadable(store)


def _compare(store: Store, options: argparse.Namespace) -> int:
    """Two versions beside each other: scores, baselines, and what a caller must know."""
    keys = [store.resolve_path(options.model), store.resolve_path(options.other)]
    if keys[0].task != keys[1].task:
        raise ValueError(f"{keys[0]} and {keys[1]} are of two tasks, and have no scores in common")
    reads = [store.read(key) for key in keys]
    table = Table("", *map(str, keys), box=box.SIMPLE)
    for row in comparison.rows(reads):
        table.add_row(*row)
    Console().print(table)
    sources = [read.manifest.data for read in reads]
    if sources[0].sha256 != sources[1].sha256:
        print(
            "The two were measured on different data: their scores cannot be compared, only what they say of baselines."
        )
    return 0


def _delete(store: Store, options: argparse.Namespace) -> int:
    if isinstance(store, remote_store.RemoteStore):
        raise ValueError("in an object storage, a version is removed with the storage's own tool, its manifest first")
    if not options.model.partition("@")[2]:
        raise ValueError(f"{options.model!r} names no version; write task/name@version")
    key = store.resolve_path(options.model)
    removal.remove(store, key)
    print(f"{key} is removed")
    return 0


def _show(store: Store, options: argparse.Namespace) -> int:
    found = store.read(store.resolve_path(options.model))
    print(found.file(artifact.CARD).decode())
    print(found.manifest.model_dump_json(indent=2))
    return 0


def _verify(store: Store, options: argparse.Namespace) -> int:
    failed = 0
    keys = [store.resolve_path(options.model)] if options.model else store.released()
    if not keys:
        raise ValueError(f"no version to verify in {store.root}; --models says where the tree is")
    for key in keys:
        try:
            tasks.load(store.read(key))
            print(f"ok\t{key}")
        except ArtifactError as error:
            failed += 1
            print(f"bad\t{key}\t{error}")
    return 1 if failed or (not options.model and _tell_unreadable(store)) else 0


def _republish(store: Store, options: argparse.Namespace) -> int:
    """Show what a version answers otherwise than when it was published; publish it again if that is wanted."""
    if store.trusted and not options.key:
        raise ValueError("SEQSERVE_TRUSTED_KEYS is set: name the key that signs with --key or SEQSERVE_SIGNING_KEY")
    key = store.resolve_path(options.model)
    version = store.read(key)
    examples = republishing.replayed(version)
    changes = list(republishing.changes(examples))
    if not changes:
        print(f"{key} answers its {len(examples)} examples as when it was published; there is nothing to do")
        return 0
    print(*changes, sep="\n")
    if not options.yes:
        print("nothing is published yet; if the new answers are right, run this again with --yes")
        return 1
    signer = Signer.read(options.key) if options.key else None
    published = republishing.publish(options.models, version, examples, signer)
    number = published.manifest.version
    print(f"{published} is published; to serve it: models label {key.task}/{key.name} stable {number}")
    return 0


def _tell_unreadable(store: Store) -> int:
    """Name on stderr what in the tree cannot be looked at; returns the exit status."""
    lines = tree_scan.described(tree_scan.scan(store.root).unreadable) if store.root.is_dir() else []
    for line in lines:
        print(f"seqserve: {line}", file=sys.stderr)
    return 1 if lines else 0


def _keygen(store: Store, options: argparse.Namespace) -> int:
    entry = Signer.generate(options.file, options.name)
    print(f"private key, for who publishes:     {options.file}")
    print(f"entry for SEQSERVE_TRUSTED_KEYS:    {entry}")
    return 0


def _sign(store: Store, options: argparse.Namespace) -> int:
    if options.key is None:
        raise ValueError("no key to sign with: name its file with --key or in SEQSERVE_SIGNING_KEY")
    key = store.resolve_path(options.model)
    store.sign(key, Signer.read(options.key))
    print(f"signed {key}")
    return 0


def _label(store: Store, options: argparse.Namespace) -> int:
    key = store.resolve_path(f"{options.model}@{options.version}")
    read = store.read(key)
    tasks.load(read)  # a label points at nothing that would be refused
    before = store.labels(key.task, key.name).get(options.label)
    store.label(key, options.label, share=options.share, even_if_worse=options.even_if_worse)
    share = f", with {100 * options.share:g}% of the traffic that names no version" if options.share else ""
    print(f"{options.label} is now {key}{share}")
    _tell_differences(store, before, key, read)
    return 0


def _tell_differences(store: Store, before: str | None, key: Key, read: Artifact) -> None:
    """Say what callers see of the version that a label points at now, and did not of the one before."""
    if before in (None, key.version):
        return
    try:
        found = list(comparison.differences([store.read(Key(key.task, key.name, str(before))), read]))
    except ArtifactError:  # what was labelled is damaged or gone, and nothing is known of it
        return
    for name, old, new in found:
        print(f"callers see a change: {name} was {old}, and is {new}")


def _unlabel(store: Store, options: argparse.Namespace) -> int:
    task, _, name = options.model.partition("/")
    change = store.unlabel(task, name, options.label)
    print(f"{options.label} of {options.model} is removed; it was version {change.before}")
    return 0


def _default(store: Store, options: argparse.Namespace) -> int:
    key = store.resolve_path(options.model)
    store.set_default(key.task, key.name)
    print(f"{key.name} is now the default of {key.task}")
    return 0


def _index(store: Store, options: argparse.Namespace) -> int:
    if not isinstance(options.models, Path):
        raise ValueError("an index is for a folder that a web server publishes; an object storage lists itself")
    print(f"{web_index.write(store.root)} files are listed in {web_index.INDEX}")
    return 0


def add(commands: Any) -> None:
    """Add the subcommands to those of the parser; each sets `run`, which takes the store and the options."""
    group = commands.add_parser(
        "models", help="list, show, compare, verify, sign, label and delete versions"
    ).add_subparsers(required=True)

    def command(name: str, about: str, run: _Run, model: str = "") -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = group.add_parser(name, help=about)
        if model:
            parser.add_argument("model", help=model)
        parser.set_defaults(run=run)
        return parser

    listing = command("list", "every version with its labels, date and scores", _list)
    listing.add_argument("--json", action="store_true", help="print a JSON array")
    compare = command("compare", "scores and signatures of two versions, beside each other", _compare, _ANY)
    compare.add_argument("other", help=_ANY)
    command("delete", "remove a version that has no label", _delete, "task/name@version")
    command("show", "the card and the manifest of a version", _show, _ANY)
    verify = command("verify", "check digests, signatures and graphs, and replay the golden examples", _verify)
    verify.add_argument("model", nargs="?", help=f"{_ANY}; none means all")
    keygen = command("keygen", "make a key that versions are signed with", _keygen)
    keygen.add_argument("name", help="whose key it is")
    keygen.add_argument("file", type=Path, help="where the private key is written")
    republish = command(
        "republish", "show what a version answers otherwise since an upgrade, and publish it so", _republish, _ANY
    )
    republish.add_argument("--yes", action="store_true", help="the new answers are right: publish the next version")
    for signing in (command("sign", "sign a version", _sign, _ANY), republish):
        signing.add_argument(
            "--key",
            type=Path,
            default=os.environ.get("SEQSERVE_SIGNING_KEY") or None,
            metavar="FILE",
            help="the private key (default: SEQSERVE_SIGNING_KEY)",
        )
    label = command("label", "point a label at a version", _label, "task/name")
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
    unlabel = command("unlabel", "remove a label, and its share of the traffic", _unlabel, "task/name")
    unlabel.add_argument("label", help="such as canary; not stable of the task's default model")
    command("default", "make a model its task's default", _default, "task/name")
    command("index", "list the files of the tree for services that read it over HTTP", _index)
