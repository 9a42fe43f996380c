"""`python -m training runs`: what was trained, from the models tree; two versions beside each other."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import yaml
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from seqserve.core.progress import duration
from seqserve.errors import ArtifactError
from seqserve.object_storage import address
from seqserve.object_storage.remote_store import opened
from seqserve.registry.artifact import METRICS, Artifact
from seqserve.registry.store import Store
from training.core.scoring import Scoring
from training.tasks import JOBS, TASKS

_RECIPE = "recipe.yaml"
_LONGEST = 40


@dataclass(frozen=True)
class Run:
    """A training that was published.

    Args:
        score: of its test part, the one that decides.
        baseline: the best baseline's, and its name.
        seconds: of the training; none of a version from before it was written down.
        error: why the version cannot be read, if it cannot.
    """

    model: str
    version: str
    labels: list[str]
    created: str | None = None
    data: str | None = None
    measure: str | None = None
    score: float | None = None
    baseline: float | None = None
    baseline_name: str | None = None
    seconds: float | None = None
    error: str | None = None


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    models = os.environ.get("SEQSERVE_MODELS") or "models"
    where = "the models tree, a folder or s3://BUCKET/PREFIX (%(default)s)"
    parser.add_argument("model", nargs="?", help="only of TASK or TASK/NAME; compared: TASK/NAME@VERSION")
    parser.add_argument("other", nargs="?", help="TASK/NAME@VERSION: settings and metrics of both, beside each other")
    parser.add_argument("--models", type=address.parse, default=models, metavar="PATH", help=where)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: dict[str, Any]) -> int:
    """List trainings, or compare two; the exit status.

    Raises:
        NotFoundError, ValueError: there is no such version.
    """
    store = opened(options["models"])
    if options["other"]:
        return _compare(store, options["model"], options["other"], options["json"])
    found = sorted(_runs(store, options["model"]), key=lambda one: one.created or "", reverse=True)
    if options["model"] and not found:
        raise ValueError(f"no version of {options['model']!r} in {options['models']}")
    if options["json"]:
        print(json.dumps([asdict(one) for one in found], indent=2))
    else:
        table = Table("model", "version", "labels", "when", "data", "score", "baseline", "took", box=box.SIMPLE)
        for one in found:
            table.add_row(*map(escape, _row(one)))
        _console().print(table)
    for one in found:
        if one.error:
            print(f"training: {one.error}", file=sys.stderr)
    return 1 if any(one.error for one in found) else 0


def _runs(store: Store, wanted: str | None) -> Iterator[Run]:
    task, _, name = (wanted or "").partition("/")
    for key in store.released():
        if (task and key.task != task) or (name and key.name != name):
            continue
        labels = sorted(label for label, version in store.labels(key.task, key.name).items() if version == key.version)
        about: dict[str, Any] = {"model": f"{key.task}/{key.name}", "version": key.version, "labels": labels}
        try:
            yield Run(**about, **_results(store.read(key)))
        except ArtifactError as error:
            yield Run(**about, error=str(error))


def _results(version: Artifact) -> dict[str, Any]:
    metrics, scoring = version.json(METRICS), _scoring(version)
    test, baselines, decides = metrics.get("test") or {}, metrics.get("baselines") or {}, scoring.decides
    best = scoring.best(baselines)
    return {
        "created": version.manifest.created.isoformat(),
        "data": version.manifest.data.name,
        "measure": scoring.headings[decides],
        "score": test.get(decides),
        "baseline": baselines[best][decides] if best else None,
        "baseline_name": best,
        "seconds": metrics.get("seconds"),
    }


def _scoring(version: Artifact) -> Scoring:
    """The scores of the job that made a version: the job that has most of them."""
    test = version.json(METRICS).get("test") or {}
    jobs = [job for job in JOBS.values() if job.serves == version.manifest.task]
    if not jobs:
        raise ArtifactError(f"{version} is of no task that is trained here: there are {', '.join(TASKS)}")
    return max(jobs, key=lambda job: len(job.scoring.headings.keys() & test.keys())).scoring


def _row(one: Run) -> list[str]:
    head = [one.model, one.version, ", ".join(one.labels)]
    if one.error:
        return [*head, "cannot be read", "", "", "", ""]
    when = datetime.fromisoformat(one.created).strftime("%Y-%m-%d %H:%M") if one.created else ""
    baseline = "" if one.baseline is None else f"{one.baseline:.4g} {one.baseline_name}"
    score = "" if one.score is None else f"{one.measure} {one.score:.4g}"
    return [*head, when, _cut(one.data or ""), score, baseline, "" if one.seconds is None else duration(one.seconds)]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _compare(store: Store, first: str, second: str, as_json: bool) -> int:
    versions = [store.read(store.resolve_path(text)) for text in (first, second)]
    compared: dict[str, Any] = {
        "settings": _beside([_settings(version) for version in versions]),
        "metrics": _beside([_numbers(version.json(METRICS)) for version in versions]),
        "data": [version.manifest.data.name for version in versions],
        "same_data": versions[0].manifest.data.sha256 == versions[1].manifest.data.sha256,
    }
    if as_json:
        print(json.dumps(compared, indent=2))
        return 0
    table = Table("", *map(escape, map(str, versions)), box=box.SIMPLE)
    for part in ("settings", "metrics"):
        for name, values in compared[part].items():
            shown = list(map(_shown, values))
            if part == "metrics" or shown[0] != shown[1]:
                table.add_row(*map(escape, (name, *shown)))
        table.add_section()
    _console().print(table)
    print("settings that are alike are left out")
    if not compared["same_data"]:
        print("The two were trained on different data: their scores cannot be compared, only those beside baselines.")
    return 0


def _settings(version: Artifact) -> dict[str, Any]:
    """Settings by `section.field`; a version that was not trained here has none."""
    recipe = yaml.safe_load(version.files.get(_RECIPE, b"{}"))
    return {
        f"{section}.{name}": value
        for section, values in recipe.items()
        if isinstance(values, dict)
        for name, value in values.items()
    }


def _numbers(metrics: dict[str, Any]) -> dict[str, Any]:
    """The scores on the test part, those of the baselines, and other single numbers."""
    found = dict(metrics.get("test") or {})
    for baseline, row in (metrics.get("baselines") or {}).items():
        found |= {f"{name} of {baseline}": value for name, value in row.items()}
    plain = (int, float)
    return found | {name: value for name, value in metrics.items() if type(value) in plain}


def _beside(both: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [one.get(name) for one in both] for name in dict.fromkeys([*both[0], *both[1]])}


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _console() -> Console:
    """As wide as the terminal; what is no terminal, such as a file, has no lines that are cut."""
    console = Console()
    return console if console.is_terminal else Console(width=160)
