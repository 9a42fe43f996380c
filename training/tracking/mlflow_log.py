"""Writes trainings to MLflow, if `MLFLOW_TRACKING_URI` names a server or a database."""

from __future__ import annotations

import importlib.util
import logging
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from seqserve.registry.artifact import CARD, METRICS, Artifact

URI = "MLFLOW_TRACKING_URI"
_EXPERIMENT = "MLFLOW_EXPERIMENT_NAME"
_RECIPE = "recipe.yaml"
_QUICK = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2", "MLFLOW_HTTP_REQUEST_TIMEOUT": "20"}
"""A server that is down for longer is not waited for: usually it would be for minutes."""
_QUIET = {"MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true"}
"""The address may hold a password."""
_LONGEST = 5_000
_MANY = 100
"""Parameters, and metrics, of a request."""


def check() -> None:
    """Check, before anything is trained, that MLflow is there if it is wanted.

    Raises:
        ValueError: it is not installed.
    """
    if os.environ.get(URI) and importlib.util.find_spec("mlflow") is None:
        raise ValueError(f"{URI} is set, but MLflow is not installed: pip install 'seqserve[mlflow]', or unset it")


def log(version: Artifact, measure: str) -> None:
    """Write a version as a run: settings, metrics, the model card and pictures; a failure is a warning.

    Args:
        measure: the score that decides.
    """
    uri = os.environ.get(URI)
    if not uri:
        return
    try:
        _log(uri, version, measure)
    except Exception as error:  # whatever is wrong with the server, the version is published
        print(f"training: warning: {version} was not written to MLflow: {without_passwords(error)}", file=sys.stderr)


def without_passwords(error: Exception) -> str:
    """What an error says, on a line, without the credentials of an address."""
    said = re.sub(r"://[^/\s@]*@", "://...@", " ".join(str(error).split()))
    secrets = re.findall(r"://[^/:\s@]*:([^/\s@]+)@", os.environ.get(URI, ""))
    for secret in [*secrets, os.environ.get("MLFLOW_TRACKING_PASSWORD"), os.environ.get("MLFLOW_TRACKING_TOKEN")]:
        said = said.replace(secret, "...") if secret else said
    return f"{type(error).__name__}: {said[:300]}"


def _log(uri: str, version: Artifact, measure: str) -> None:
    for name, value in (_QUICK | _QUIET).items():
        os.environ.setdefault(name, value)
    logging.getLogger("mlflow").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.ERROR)
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Param

    client, manifest = MlflowClient(uri), version.manifest
    name = os.environ.get(_EXPERIMENT) or f"seqserve/{manifest.task}"
    found = client.get_experiment_by_name(name)
    experiment = found.experiment_id if found else client.create_experiment(name)
    run = client.create_run(experiment, run_name=str(version), tags=_tags(version, measure)).info.run_id
    now = int(time.time() * 1000)
    params = [Param(name, value) for name, value in _settings(version)]
    metrics = [Metric(name, value, now, step) for name, value, step in _metrics(version.json(METRICS))]
    for first in range(0, max(len(params), len(metrics)), _MANY):
        client.log_batch(run, metrics[first : first + _MANY], params[first : first + _MANY])
    with tempfile.TemporaryDirectory() as folder:
        for file, content in version.files.items():
            if file in (CARD, METRICS, _RECIPE) or file.endswith(".png"):
                (Path(folder) / file).write_bytes(content)
        client.log_artifacts(run, folder)
    client.set_terminated(run)


def _tags(version: Artifact, measure: str) -> dict[str, str]:
    manifest = version.manifest
    return {
        "model": f"{manifest.task}/{manifest.name}",
        "version": manifest.version,
        "measure": measure,
        "data": manifest.data.name[:_LONGEST],
        "data.sha256": manifest.data.sha256,
        "commit": manifest.commit or "",
        "mlflow.note.content": version.file(CARD).decode()[:_LONGEST],
    }


def _settings(version: Artifact) -> Iterator[tuple[str, str]]:
    """Settings as `section.field`."""
    for section, values in yaml.safe_load(version.files.get(_RECIPE, b"{}")).items():
        for name, value in values.items() if isinstance(values, dict) else ():
            yield f"{section}.{name}", str(value)[:_LONGEST]


def _metrics(metrics: dict[str, Any]) -> Iterator[tuple[str, float, int]]:
    """Names, values and steps: scores, those of the baselines, other single numbers, and the losses by epoch."""
    rows = {"test": metrics.get("test") or {}} | {
        f"baselines/{name}": row for name, row in (metrics.get("baselines") or {}).items()
    }
    for name, row in rows.items():
        yield from ((_named(f"{name}/{score}"), float(value), 0) for score, value in row.items() if _is_number(value))
    yield from ((_named(name), float(value), 0) for name, value in metrics.items() if _is_number(value))
    losses = metrics.get("losses") or {"validation": metrics.get("validation_losses") or []}
    for part, values in losses.items():
        for epoch, value in enumerate(values, 1):
            if _is_number(value):
                yield _named(f"loss/{part}"), float(value), epoch


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _named(name: str) -> str:
    """A name as MLflow takes it."""
    return re.sub(r"[^\w\-. /:]", "_", name)[:250]
