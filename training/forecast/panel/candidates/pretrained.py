"""The pretrained forecaster of a models tree as a candidate: it forecasts any series, and learns nothing more here."""

from __future__ import annotations

from pathlib import Path

from seqserve.errors import NotFoundError
from seqserve.forecast.panel.members import Member
from seqserve.forecast.panel.pretrained import Pretrained, PretrainedGraph
from seqserve.forecast.universal.config import UniversalConfig
from seqserve.forecast.universal.predictor import MODEL
from seqserve.object_storage.address import Address
from seqserve.object_storage.remote_store import opened
from seqserve.registry.artifact import CONFIG, Artifact
from training.forecast.panel.candidates.candidate import Candidate, Part
from training.forecast.task import TASK

MODEL_NAME = "universal"


def find(models: Path | Address) -> Artifact | None:
    """The stable version of `forecast/universal` in a models tree, if there is one of the kind that this release knows.

    Raises:
        ArtifactError: the version is damaged.
        StorageError: the object storage cannot be read.
    """
    store = opened(models)
    try:
        found = store.read(store.resolve(TASK.name, MODEL_NAME))
    except NotFoundError:
        return None
    return found if found.json(CONFIG).get("kind") == "universal" else None


def candidate(shipped: Artifact, validation: Part) -> Candidate:
    """What a version forecasts of the validation part, as it is."""
    config = UniversalConfig.model_validate_json(shipped.file(CONFIG))
    version = shipped.manifest.version
    which = Pretrained(version=f"{TASK.name}/{MODEL_NAME}/{version}", config=config)
    content = shipped.file(MODEL)
    predicted = PretrainedGraph(which, content).medians(validation.rolled.windows, validation.setting.periods[0])
    member = Member(kind="pretrained", transform="none", weight=1, pretrained=which, file="pretrained.onnx")
    name = f"{MODEL_NAME} {version}, pretrained"
    return Candidate(name, member, predicted, validation.error(predicted), graph=content)
