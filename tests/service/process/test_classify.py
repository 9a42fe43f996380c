from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from testing.service_process import Running
from testing.tiny.classify import LABELS, walk


def classify(service: Running, sequences: list[Any], **asked: Any) -> dict[str, Any]:
    answer = service.client.post("/classify", json={"sequences": sequences, **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert len(found["results"]) == len(sequences)
    return found


def test_answers_in_the_shape_of_the_contract(service: Running) -> None:
    body = classify(service, [{"id": "a", "values": walk(9)}, {"values": walk(6)}])
    found = body.pop("results")
    assert body == {"model": "tiny-moves", "version": "1"}
    assert [result["id"] for result in found] == ["a", None]
    for result in found:
        assert set(result) == {"id", "label", "probability", "probabilities", "warnings"}
        assert list(result["probabilities"]) == list(LABELS)
        assert sum(result["probabilities"].values()) == pytest.approx(1, abs=1e-9)
        assert result["probability"] == max(result["probabilities"].values())


def test_a_bad_item_harms_no_other(service: Running) -> None:
    first, bad, last = classify(service, [{"values": walk(9)}, {"id": 7, "values": []}, {"values": walk(6)}])["results"]
    assert set(bad) == {"id", "error"}
    assert (bad["id"], bad["error"]["code"], bad["error"]["field"]) == (7, "empty", "values")
    assert first["label"]
    assert last["label"]
    answer = service.client.post("/classify", json={"sequences": [{"values": []}]})
    assert answer.status_code == 422


def test_merged_with_others_an_answer_is_the_same(service: Running) -> None:
    sequences = [{"values": walk(random.Random(seed).randint(3, 30), seed=seed)} for seed in range(24)]
    alone = [classify(service, [each])["results"][0] for each in sequences]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda each: classify(service, [each])["results"][0], sequences))
    for one, other in zip(alone, together, strict=True):
        assert one["label"] == other["label"]
        assert one["probabilities"] == pytest.approx(other["probabilities"], abs=1e-5)


def test_a_model_of_steps_labels_each_and_is_not_explained(service: Running) -> None:
    found = classify(service, [{"values": walk(9)}], model="phases", top=1)["results"][0]
    assert set(found) == {"id", "steps", "warnings"}
    assert [list(step["probabilities"]) for step in found["steps"]] == [[step["label"]] for step in found["steps"]]
    asked = {"sequences": [{"values": walk(9)}], "model": "phases", "explain": True}
    problem = service.client.post("/classify", json=asked)
    assert problem.status_code == 422
    assert problem.json()["errors"][0]["pointer"] == "/explain"


@pytest.mark.parametrize("top", [0, -1, 1.5, True, "2"])
def test_top_is_a_whole_number_from_one_on(service: Running, top: Any) -> None:
    answer = service.client.post("/classify", json={"sequences": [{"values": walk(9)}], "top": top})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/top"


def test_the_signature_says_what_a_caller_must_know(service: Running) -> None:
    signature = service.client.get("/models/classify/tiny-moves").json()["signature"]
    assert signature == {
        "labels": list(LABELS),
        "features": ["x", "y"],
        "per_step": False,
        "steps": None,
        "max_steps": 40,
    }
