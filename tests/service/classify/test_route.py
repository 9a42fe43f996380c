from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY

from seqserve.errors import InputError
from service.classify.route import ClassifyCodec
from service.classify.schemas import ClassifyRequest
from service.http.problems import Problem
from service.model_registry.loaded_models import Loaded
from service.model_registry.reloader import LiveRegistry
from testing import tiny
from testing.tiny import classify as tiny_classify
from testing.tiny.classify import walk


def loaded(root: Path, name: str, **options: Any) -> Loaded:
    tiny.publish(root, tiny_classify.release(name, **options))
    (found,) = LiveRegistry(root, 1).current.loaded.values()
    return found


def codec(version: Loaded, **asked: Any) -> ClassifyCodec:
    return ClassifyCodec(ClassifyRequest(sequences=[{}], **asked), version)


def result(version: Loaded, wanted: ClassifyCodec, item: Any) -> dict[str, Any]:
    prepared = wanted.decode(item)
    (raw,) = version.predictor.infer([prepared])
    return wanted.encode(prepared, version.predictor.finish(prepared, raw))


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


def test_a_sequence_is_labelled_and_counted(tmp_path: Path) -> None:
    version = loaded(tmp_path, "counted-moves")
    found = result(version, codec(version, top=2, explain=True), {"values": [[1000, 100], [100, None], *walk(6)]})
    assert found.keys() == {"label", "probability", "probabilities", "log_odds", "explanation", "warnings"}
    assert len(found["probabilities"]) == 2
    assert len(found["explanation"]) == 8
    labels = {"model": "counted-moves", "version": "1", "class": found["label"]}
    assert counted("seqserve_predicted_classes_total", **labels) == 1
    assert counted("seqserve_filled_values_total", model="counted-moves") == 1
    assert counted("seqserve_out_of_range_values_total", model="counted-moves") == 1


def test_each_step_is_labelled_and_counted(tmp_path: Path) -> None:
    version = loaded(tmp_path, "counted-phases", per_step=True)
    found = result(version, codec(version), {"values": walk(9)})
    assert found.keys() == {"steps", "warnings"}
    assert all(sum(step["probabilities"].values()) == pytest.approx(1) for step in found["steps"])
    totals = [
        counted("seqserve_predicted_classes_total", model="counted-phases", version="1", **{"class": label})
        for label in tiny_classify.LABELS
    ]
    assert sum(totals) == len(found["steps"]) == 9


def test_steps_are_not_explained(tmp_path: Path) -> None:
    version = loaded(tmp_path, "phases", per_step=True)
    with pytest.raises(Problem) as problem:
        codec(version, explain=True)
    assert problem.value.status == 422


@pytest.mark.parametrize(
    ("item", "code", "field"),
    [
        ({"values": 1}, "wrong_shape", "values"),
        ({"valus": []}, "wrong_shape", "values"),
        ({"values": [[1, 2]], "id": 1.5}, "wrong_shape", "id"),
        ([], "wrong_shape", "sequence"),
    ],
)
def test_a_wrong_item_says_where(tmp_path: Path, item: Any, code: str, field: str) -> None:
    with pytest.raises(InputError) as error:
        codec(loaded(tmp_path, "moves")).decode(item)
    assert (error.value.code, error.value.field) == (code, field)
