"""A search space: which settings of a job are tried, and between which values; YAML in the sections of a recipe."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from training.core.config import JobConfig
from training.core.download import DataError
from training.core.task import Task

_NEVER = frozenset({"data", "fit.seed"})
"""The data are the same in all trials; of seeds none is better."""
_BOUNDS = {"low", "high", "log", "step"}


@dataclass(frozen=True)
class Space:
    """Settings, as `section.field`, and the values that are tried.

    Args:
        distributions: a choice among values that are not plain is one of their JSON texts.
    """

    distributions: Mapping[str, BaseDistribution]

    def settings(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """The settings that a trial's parameters stand for."""
        return {name: _value(self.distributions[name], value) for name, value in parameters.items()}

    def parameters(self, settings: Mapping[str, Any]) -> dict[str, Any] | None:
        """The parameters that stand for settings; none if one of them lies outside."""
        found = {}
        for name, distribution in self.distributions.items():
            value = _plain(settings[name])
            if isinstance(distribution, CategoricalDistribution):
                if value not in distribution.choices:
                    return None
            elif not isinstance(value, int | float) or not distribution._contains(value):
                return None
            found[name] = value
        return found

    def without(self, names: Collection[str]) -> Space:
        """The space of the other settings."""
        return Space({name: values for name, values in self.distributions.items() if name not in names})

    def including(self, settings: Mapping[str, Any]) -> Space:
        """The space, wide enough for these settings."""
        return Space({name: _wider(values, _plain(settings[name])) for name, values in self.distributions.items()})

    def extremes(self) -> list[dict[str, Any]]:
        """Settings that between them have every choice, and both ends of every range."""
        ends = {name: _ends(distribution) for name, distribution in self.distributions.items()}
        most = max(map(len, ends.values()))
        return [
            self.settings({name: values[number % len(values)] for name, values in ends.items()})
            for number in range(most)
        ]


def read(task: Task, name: str | None, kind: str | None) -> Space:
    """The space of a file or of a name; none means the one that the task ships, for the kind of network if it has one.

    Raises:
        DataError: there is no such space, or it is none of the task.
    """
    path = _path(task, name, kind)
    try:
        sections = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise DataError(f"{path.name} is no search space in YAML: {error}") from None
    if not isinstance(sections, dict) or not all(isinstance(section, dict) for section in sections.values()):
        raise DataError(f"{path.name} is no search space, sections of settings such as fit")
    found = {
        f"{section}.{field}": _distribution(f"{path.name}: {section}.{field}", values)
        for section, fields in sections.items()
        for field, values in fields.items()
    }
    if not found:
        raise DataError(f"{path.name} names no setting")
    for setting in found:
        _check(task.config, setting, path.name)
    return Space(found)


def _path(task: Task, name: str | None, kind: str | None) -> Path:
    folder = task.recipes.with_name("spaces")
    shipped = {path.stem: path for path in folder.glob("*.yaml")}
    if name is None:
        found = shipped.get(kind or "") or shipped.get("default")
        if found is None:
            raise DataError(f"{task.name} has no search space of its own: name a file with --space")
        return found
    path = shipped.get(name) or Path(name)
    if not path.is_file():
        raise DataError(f"no search space {name!r}: a file, or one of {', '.join(sorted(shipped)) or 'none'}")
    return path


def _check(config: type[JobConfig], setting: str, file: str) -> None:
    """Refuse what is no setting, and what cannot be tuned."""
    section, _, field = setting.partition(".")
    known = config.model_fields.get(section)
    if known is None or field not in getattr(known.annotation, "model_fields", {}):
        raise DataError(f"{file}: {setting} is no setting of this job; --help lists them")
    if {section, setting} & (_NEVER | config.untuned):
        raise DataError(f"{file}: {setting} cannot be tuned: with other values the error would measure something else")


def _distribution(where: str, values: Any) -> BaseDistribution:
    if isinstance(values, list) and values:
        return CategoricalDistribution([_plain(value) for value in values])
    try:
        if not isinstance(values, dict) or not {"low", "high"} <= values.keys() <= _BOUNDS:
            raise ValueError("write a list of choices, or low and high, with log: true or a step if you like")
        whole = isinstance(values["low"], int) and isinstance(values["high"], int)
        return IntDistribution(**values) if whole else FloatDistribution(**values)
    except (ValueError, TypeError) as error:
        raise DataError(f"{where}: {error}") from None


def _plain(value: Any) -> Any:
    """A value as a choice: what is not plain, such as a list, as its JSON text."""
    return value if isinstance(value, str | int | float | bool | None) else json.dumps(value)


def _value(distribution: BaseDistribution, parameter: Any) -> Any:
    if isinstance(distribution, CategoricalDistribution) and isinstance(parameter, str) and parameter[:1] == "[":
        return json.loads(parameter)
    return parameter


def _wider(distribution: BaseDistribution, value: Any) -> BaseDistribution:
    if isinstance(distribution, CategoricalDistribution):
        return CategoricalDistribution(list(dict.fromkeys([*distribution.choices, value])))
    if not isinstance(value, int | float) or not isinstance(distribution, IntDistribution | FloatDistribution):
        return distribution
    if distribution.step not in (None, 1) or (distribution.log and value <= 0):
        return distribution
    if isinstance(distribution, FloatDistribution):
        return FloatDistribution(min(distribution.low, value), max(distribution.high, value), log=distribution.log)
    if value % 1:  # no range of whole numbers has it
        return distribution
    return IntDistribution(min(distribution.low, int(value)), max(distribution.high, int(value)), log=distribution.log)


def _ends(distribution: BaseDistribution) -> list[Any]:
    if isinstance(distribution, CategoricalDistribution):
        return list(distribution.choices)
    return [distribution.low, distribution.high]  # type: ignore[attr-defined]
