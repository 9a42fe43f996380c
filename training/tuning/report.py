"""What a study has found: a table of its trials, and the recipe of the best."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import yaml
from optuna.trial import FrozenTrial, TrialState
from pydantic import BaseModel, SecretStr
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from training.core.config import JobConfig
from training.tuning.study import Tuning, described

RECIPE = "best.yaml"
TABLES = ("trials.csv", "trials.md")
_SHOWN = 10


def write(tuning: Tuning, folder: Path, best: JobConfig) -> None:
    """Write the recipe and the tables into a folder."""
    (folder / RECIPE).write_bytes(recipe(best))
    headings, rows = _table(tuning)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([headings, *rows])
    (folder / TABLES[0]).write_text(text.getvalue())
    lines = [headings, ["---"] * len(headings), *rows]
    (folder / TABLES[1]).write_text("".join(f"| {' | '.join(line)} |\n" for line in lines))


def show(tuning: Tuning) -> None:
    """Print the best trials."""
    table = Table("trial", "error", "epochs", "seconds", "settings", box=box.SIMPLE)
    trials = _ordered(tuning)
    for trial in trials[:_SHOWN]:
        table.add_row(*_row(trial, [])[:4], escape(described(trial)))
    Console().print(table)
    if len(trials) > _SHOWN:
        print(f"the best {_SHOWN} of {len(trials)} trials")


def recipe(best: JobConfig) -> bytes:
    """Settings as YAML that `--recipe` takes: what is not said in it is as usual; without passwords."""
    content: dict[str, Any] = best.model_dump(mode="json", exclude_unset=True)
    for section in best.model_fields_set:
        values = getattr(best, section)
        for name in values.model_fields_set if isinstance(values, BaseModel) else ():
            if isinstance(getattr(values, name), SecretStr):
                del content[section][name]
    return yaml.safe_dump(content, sort_keys=False).encode()


def _table(tuning: Tuning) -> tuple[list[str], list[list[str]]]:
    trials = _ordered(tuning)
    names = list(dict.fromkeys(name for trial in trials for name in trial.params))
    fields = [name.partition(".")[2] for name in names]
    shown = [name if fields.count(field) > 1 else field for name, field in zip(names, fields, strict=True)]
    return ["trial", "error", "epochs", "seconds", *shown], [_row(trial, names) for trial in trials]


def _ordered(tuning: Tuning) -> list[FrozenTrial]:
    """Trials, the best first, then those that were ended early and those that failed."""
    order = {TrialState.COMPLETE: 0, TrialState.PRUNED: 1, TrialState.FAIL: 2}

    def key(trial: FrozenTrial) -> tuple[int, float, int]:
        error = trial.value if trial.state == TrialState.COMPLETE else None
        return order[trial.state], error or 0.0, trial.number

    return sorted(tuning.finished, key=key)


def _row(trial: FrozenTrial, names: list[str]) -> list[str]:
    about = trial.user_attrs
    error = {TrialState.PRUNED: "ended early", TrialState.FAIL: "failed"}.get(trial.state) or f"{trial.value:.4g}"
    values = [trial.params.get(name, "") for name in names]
    cells = [f"{value:.3g}" if isinstance(value, float) else str(value) for value in values]
    given = f"{trial.number} (as given)" if about.get("given") else str(trial.number)
    return [given, error, str(about.get("epochs", "")), f"{about.get('seconds', 0):.0f}", *cells]
