from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from seqserve import tasks
from seqserve.errors import ArtifactError
from seqserve.forecast.window_forecaster import WindowForecaster
from seqserve.registry import artifact
from seqserve.registry.artifact import CONFIG, Release
from testing import tiny


def with_config(wanted: Release, content: object) -> Release:
    return replace(wanted, files={**wanted.files, CONFIG: json.dumps(content).encode()})


def config() -> dict[str, object]:
    return dict(json.loads(tiny.release().files[CONFIG]))


@pytest.mark.parametrize("kind", [None, "window"])
def test_a_version_without_a_kind_is_of_the_first(tmp_path: Path, kind: str | None) -> None:
    content = config()
    del content["kind"]
    released = artifact.publish(tmp_path, with_config(tiny.release(), content | ({"kind": kind} if kind else {})))
    assert isinstance(tasks.load(released), WindowForecaster)


@pytest.mark.parametrize("kind", ["oracle", 1, None, ["window"], {}])
def test_a_kind_that_is_not_known_is_refused(tmp_path: Path, kind: object) -> None:
    released = artifact.publish(tmp_path, with_config(tiny.release(), config() | {"kind": kind}))
    with pytest.raises(ArtifactError, match="kind"):
        tasks.load(released)


@pytest.mark.parametrize("content", [[], "window", None])
def test_a_configuration_of_another_shape_is_refused(tmp_path: Path, content: object) -> None:
    released = artifact.publish(tmp_path, with_config(tiny.release(), content))
    with pytest.raises(ArtifactError, match="publish it again"):
        tasks.load(released)


def test_a_configuration_that_is_no_json_is_refused(tmp_path: Path) -> None:
    wanted = tiny.release()
    released = artifact.publish(tmp_path, replace(wanted, files={**wanted.files, CONFIG: b"{"}))
    with pytest.raises(ArtifactError, match="publish it again"):
        tasks.load(released)
