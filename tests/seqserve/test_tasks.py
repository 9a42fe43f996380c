from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from seqserve import tasks
from seqserve.errors import ArtifactError
from seqserve.registry import artifact
from seqserve.registry.artifact import CONFIG, Release
from testing import tiny
from testing.tasks import TASKS


def tiny_release(name: str) -> Release:
    """The first release of a task's tests."""
    return TASKS[name].releases()[0].release


@pytest.mark.parametrize("name", tasks.NAMES)
def test_a_version_is_loaded_by_the_predictor_of_its_task(tmp_path: Path, name: str) -> None:
    release: Release = tiny_release(name)
    assert isinstance(tasks.load(artifact.publish(tmp_path, release)), tasks.TASKS[name].predictor)


@pytest.mark.parametrize("name", tasks.NAMES)
def test_a_version_that_does_not_reproduce_its_examples_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArtifactError, match="example"):
        tasks.load(artifact.publish(tmp_path, tiny.failing(tiny_release(name))))


@pytest.mark.parametrize("name", tasks.NAMES)
def test_a_configuration_of_another_format_is_refused(tmp_path: Path, name: str) -> None:
    release: Release = tiny_release(name)
    wrong = replace(release, files={**release.files, CONFIG: b"{}"})
    with pytest.raises(ArtifactError):
        tasks.load(artifact.publish(tmp_path, wrong))


def test_an_unknown_task_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=", ".join(tasks.NAMES)):
        tasks.load(artifact.publish(tmp_path, replace(tiny.release(), task="weather")))
