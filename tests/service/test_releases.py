"""Versions come, go and are labelled while the service runs."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from seqserve.artifact import Release
from seqserve.store import LABELS, Key, Store
from tests import tiny, tiny_translation
from tests.service.running import CHECKOUT, Running, running

GOOD = tiny.values(8)
TOKEN = "open sesame, said Ali"
ADMIN = {"Authorization": f"Bearer {TOKEN}"}
NEVER = "86400"
STABLE = "/models/forecast/tiny/labels/stable"
CANARY = "/models/forecast/tiny/labels/canary"


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """forecast/tiny version 1, which is stable."""
    root = tmp_path / "models"
    tiny.publish(root)
    return root


@pytest.fixture
def service(models: Path, tmp_path: Path) -> Iterator[Running]:
    with running(models, tmp_path, SEQSERVE_POLL_SECONDS="0.05", SEQSERVE_ADMIN_TOKEN=TOKEN) as found:
        yield found


def eventually(holds: Callable[[], Any]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it did not come to hold"
        time.sleep(0.02)


def model(service: Running, name: str = "tiny", task: str = "forecast") -> Any:
    return service.client.get(f"/models/{task}/{name}").json()


def loaded(service: Running) -> list[str]:
    return [version["version"] for version in model(service)["versions"] if version["loaded"]]


def served(service: Running, **asked: Any) -> str:
    """The version that answers, over a connection of its own so that any worker may be asked."""
    body = {"series": [{"values": GOOD}], **asked}
    answer = service.client.post("/forecast", json=body, headers={"Connection": "close"})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["version"])


def move(service: Running, path: str, version: str, **more: Any) -> httpx.Response:
    return service.client.put(path, json={"version": version, **more}, headers=ADMIN)


def publish_harmed(models: Path, harm: Callable[[Path], object], release: Release | None = None) -> Key:
    """Publish a version that is bad from the moment on when it can be seen."""
    elsewhere = models.with_name("elsewhere")
    shutil.copytree(models, elsewhere)
    key = tiny.publish(elsewhere, release, label=None)
    version = Path(key.task, key.name, key.version)
    harm(elsewhere / version)
    (elsewhere / version).rename(models / version)
    shutil.rmtree(elsewhere)
    return key


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def write_label(models: Path, label: str, version: str) -> None:
    """What no command would do with a bad version."""
    file = models / "forecast" / "tiny" / LABELS
    staging = file.with_name(".staging")
    staging.write_text(json.dumps({**json.loads(file.read_text()), label: version}))
    staging.replace(file)


def test_a_release_needs_no_restart(service: Running, models: Path) -> None:
    before = service.forecast([{"values": GOOD}]).json()
    assert before["version"] == "1"
    tiny.publish(models, tiny.release(seed=1))
    eventually(lambda: served(service) == "2")
    after = service.forecast([{"values": GOOD}]).json()
    assert after["forecasts"][0]["mean"] != before["forecasts"][0]["mean"]
    assert service.forecast([{"values": GOOD}], version="1").json() == before
    assert service.metric("seqserve_model_info", model="tiny", version="2", label="stable") == 1
    tiny.publish(models, tiny.release("another"))
    eventually(lambda: "another" in {found["name"] for found in service.client.get("/models").json()["models"]})
    assert served(service, model="another") == "1"


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda version: flip(version / "model.onnx"), "model.onnx has SHA-256"),
        (lambda version: (version / "scaler.json").unlink(), "it has no scaler.json"),
        (lambda version: (version / "manifest.json").unlink(), "it has no manifest.json"),
        (None, "answers its example 1 otherwise"),
    ],
)
def test_a_bad_version_leaves_what_is_served(
    service: Running, models: Path, harm: Callable[[Path], object] | None, reason: str
) -> None:
    expected = service.forecast([{"values": GOOD}]).json()
    publish_harmed(models, harm or (lambda version: None), tiny.release() if harm else tiny.failing(tiny.release()))
    write_label(models, "stable", "2")
    eventually(lambda: "refused_labels" in model(service))
    found = model(service)
    assert (found["labels"], found["refused_labels"], found["version"]) == ({"stable": "1"}, {"stable": "2"}, "1")
    assert reason in found["versions"][1]["refused"]
    assert service.forecast([{"values": GOOD}]).json() == expected
    assert service.forecast([{"values": GOOD}], version="2").status_code == 503
    assert service.client.get("/readyz").status_code == 200
    tiny.publish(models)
    eventually(lambda: served(service) == "3")
    assert service.log.read_text().count("refused: forecast/tiny version 2") == 1


def test_a_version_that_is_mended_is_taken(service: Running, models: Path) -> None:
    harmed = models / "forecast" / "tiny" / publish_harmed(models, lambda version: flip(version / "model.onnx")).version
    eventually(lambda: "refused" in model(service)["versions"][-1])
    flip(harmed / "model.onnx")
    eventually(lambda: loaded(service) == ["1", "2"])


def test_what_is_labelled_outlives_its_files(service: Running, models: Path) -> None:
    expected = service.forecast([{"values": GOOD}]).json()
    flip(models / "forecast" / "tiny" / "1" / "model.onnx")
    eventually(lambda: "served from memory" in service.log.read_text())
    tiny.publish(models, tiny.release(seed=1), label=None)
    shutil.rmtree(models / "forecast" / "tiny" / "1")
    eventually(lambda: "2" in loaded(service))
    assert service.forecast([{"values": GOOD}]).json() == expected
    assert loaded(service) == ["1", "2"]


def test_a_version_published_again_under_its_number_replaces_what_was_there(service: Running, models: Path) -> None:
    tiny.publish(models, label=None)
    eventually(lambda: loaded(service) == ["1", "2"])
    before = service.forecast([{"values": GOOD}], version="2").json()
    shutil.rmtree(models / "forecast" / "tiny" / "2")
    tiny.publish(models, tiny.release(seed=5), label=None)
    eventually(lambda: service.forecast([{"values": GOOD}], version="2").json() not in (before,))


def test_what_is_being_published_is_not_touched(service: Running, models: Path) -> None:
    staging = models / "forecast" / "tiny" / ".publishing-abc"
    staging.mkdir()
    (staging / "manifest.json").write_text("{")
    tiny.publish(models)
    eventually(lambda: served(service) == "2")
    assert "publishing" not in service.client.get("/models").text + service.log.read_text()


@pytest.mark.parametrize("content", ["{", "[]", '{"stable": 2}', None])
def test_labels_that_cannot_be_read_stay(service: Running, models: Path, content: str | None) -> None:
    file = models / "forecast" / "tiny" / LABELS
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    tiny.publish(models, label=None)
    eventually(lambda: loaded(service) == ["1", "2"])
    assert served(service) == "1"
    assert service.client.get("/readyz").status_code == 200
    file.write_text('{"stable": "2"}')
    eventually(lambda: served(service) == "2")


def test_a_tree_that_is_gone_for_a_while_stays_served(service: Running, models: Path) -> None:
    models.rename(models.with_name("gone"))
    eventually(lambda: "cannot be read" in service.log.read_text())
    models.mkdir()
    eventually(lambda: "there is no version in it" in service.log.read_text())
    assert served(service) == "1"
    models.rmdir()
    models.with_name("gone").rename(models)
    tiny.publish(models)
    eventually(lambda: served(service) == "2")
    assert service.log.read_text().count("there is no version in it") == 1


def test_removed_and_old_versions_are_unloaded(service: Running, models: Path) -> None:
    for _ in range(4):
        tiny.publish(models, label=None)
    eventually(lambda: loaded(service) == ["1", "3", "4", "5"])
    old = service.forecast([{"values": GOOD}], version="2")
    assert old.status_code == 503
    assert old.json()["type"].endswith("version-not-loaded")
    shutil.rmtree(models / "forecast" / "tiny" / "5")
    eventually(lambda: loaded(service) == ["1", "2", "3", "4"])
    assert service.forecast([{"values": GOOD}], version="5").status_code == 404
    write_label(models, "stable", "4")
    eventually(lambda: loaded(service) == ["2", "3", "4"])
    gauges = [line for line in service.client.get("/metrics").text.splitlines() if line.startswith("seqserve_model_")]
    assert sorted(line.split()[0] for line in gauges) == [
        'seqserve_model_info{label="",model="tiny",task="forecast",version="2"}',
        'seqserve_model_info{label="",model="tiny",task="forecast",version="3"}',
        'seqserve_model_info{label="stable",model="tiny",task="forecast",version="4"}',
        *(
            f'seqserve_model_loaded_timestamp_seconds{{model="tiny",task="forecast",version="{version}"}}'
            for version in "234"
        ),
    ]


def test_labels_moved_by_the_command_line_are_seen(service: Running, models: Path) -> None:
    tiny.publish(models, label=None)
    label = [sys.executable, "-m", "seqserve", "--models", str(models), "models", "label", "forecast/tiny"]
    subprocess.run([*label, "stable", "2"], cwd=CHECKOUT, check=True)
    eventually(lambda: served(service) == "2")
    subprocess.run([*label, "stable", "1"], cwd=CHECKOUT, check=True)
    eventually(lambda: served(service) == "1")


def test_a_label_is_moved_over_http(service: Running, models: Path) -> None:
    tiny.publish(models, tiny.release(seed=1), label=None)
    moved = move(service, STABLE, "2")
    assert moved.status_code == 200
    assert moved.json() == model(service)
    assert (moved.json()["labels"], served(service)) == ({"stable": "2"}, "2")
    assert Store(models).labels("forecast", "tiny") == {"stable": "2"}
    assert move(service, STABLE, "1").status_code == 200
    assert served(service) == "1"


def test_an_old_version_is_loaded_for_its_label(service: Running, models: Path) -> None:
    for _ in range(5):
        tiny.publish(models)
    eventually(lambda: loaded(service) == ["4", "5", "6"])
    assert move(service, STABLE, "1").status_code == 200
    assert served(service) == "1"


def test_what_is_no_label_or_version_is_not_moved(service: Running, models: Path) -> None:
    for path, body, status in [
        (STABLE, {"version": "9"}, 404),
        ("/models/forecast/none/labels/stable", {"version": "1"}, 404),
        ("/models/none/tiny/labels/stable", {"version": "1"}, 404),
        ("/models/forecast/tiny/labels/default", {"version": "1"}, 409),
        ("/models/forecast/tiny/labels/7", {"version": "1"}, 409),
        (STABLE, {"version": 1}, 422),
        (STABLE, {}, 422),
        (STABLE, [], 422),
        (STABLE, {"version": "1", "share": 0.5}, 409),
        (CANARY, {"version": "1", "share": 1.5}, 422),
        (CANARY, {"version": "1", "share": True}, 422),
    ]:
        answer = service.client.put(path, json=body, headers=ADMIN)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), body
    assert Store(models).labels("forecast", "tiny") == {"stable": "1"}


def test_a_label_is_not_moved_to_what_should_not_serve(service: Running, models: Path) -> None:
    tiny.publish(models, tiny.release(worse_than=["last value"]), label=None)
    publish_harmed(models, lambda version: flip(version / "model.onnx"))
    tiny.publish(models, tiny.failing(tiny.release()), label=None)
    worse, damaged, failing = (move(service, STABLE, version) for version in "234")
    assert [answer.status_code for answer in (worse, damaged, failing)] == [409] * 3
    assert '"even_if_worse": true' in worse.json()["detail"]
    assert "damaged" in damaged.json()["detail"]
    assert "example 1" in failing.json()["detail"]
    assert str(models) not in worse.text + damaged.text + failing.text
    assert served(service) == "1"
    assert move(service, STABLE, "2", even_if_worse=True).status_code == 200
    assert served(service) == "2"


def test_a_tree_that_cannot_be_written_is_said(service: Running, models: Path) -> None:
    (models / "forecast" / "tiny" / ".labels.json").mkdir()
    answer = move(service, CANARY, "1")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:seqserve:problem:tree-not-writable")
    assert str(models) not in answer.text


def test_only_the_admin_changes_what_is_served(service: Running, models: Path) -> None:
    for headers in ({}, {"Authorization": "Bearer guess"}, {"Authorization": f"Basic {TOKEN}"}):
        for answer in (
            service.client.put(STABLE, json={"version": "1"}, headers=headers),
            service.client.post("/models/refresh", headers=headers),
        ):
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert TOKEN not in service.log.read_text()


def test_without_a_token_nobody_does(models: Path, tmp_path: Path) -> None:
    with running(models, tmp_path) as service:
        assert move(service, STABLE, "1").status_code == 403
        assert service.client.post("/models/refresh", headers=ADMIN).status_code == 403


@pytest.mark.parametrize("way", ["label", "refresh", "signal"])
def test_every_worker_sees_a_change_at_once(models: Path, tmp_path: Path, way: str) -> None:
    settings = {"WORKERS": "2", "SEQSERVE_POLL_SECONDS": NEVER, "SEQSERVE_ADMIN_TOKEN": TOKEN}
    with running(models, tmp_path, **settings) as service:
        eventually(lambda: service.log.read_text().count("loaded: forecast/tiny version 1") == 2)
        workers = {worker.pid for worker in service.workers()}
        tiny.publish(models, label=None if way == "label" else "stable")
        assert {served(service) for _ in range(20)} == {"1"}
        if way == "label":
            assert move(service, STABLE, "2").status_code == 200
        elif way == "refresh":
            answer = service.client.post("/models/refresh", headers=ADMIN)
            assert answer.json()["models"][0]["labels"] == {"stable": "2"}
        else:
            service.process.send_signal(signal.SIGHUP)
        eventually(lambda: {served(service) for _ in range(20)} == {"2"})
        assert service.log.read_text().count("loaded: forecast/tiny version 2") == 2
        assert {worker.pid for worker in service.workers()} == workers
        gauges = {service.metric("seqserve_model_info", version="2", label="stable") for _ in range(5)}
        assert gauges == {1}
        assert service.metric("seqserve_model_info", version="1", label="stable") == 0


def test_two_workers_poll(models: Path, tmp_path: Path) -> None:
    with running(models, tmp_path, WORKERS="2", SEQSERVE_POLL_SECONDS="0.05") as service:
        tiny.publish(models)
        eventually(lambda: {served(service) for _ in range(20)} == {"2"})


def test_refresh_gives_what_was_refused_another_chance(service: Running, models: Path) -> None:
    publish_harmed(models, lambda version: flip(version / "model.onnx"))
    eventually(lambda: "refused" in model(service)["versions"][-1])
    assert service.client.post("/models/refresh", headers=ADMIN).status_code == 200
    assert service.log.read_text().count("refused: ") == 1


def test_a_canary_takes_its_share(service: Running, models: Path) -> None:
    tiny.publish(models, tiny.release(seed=1), label=None)
    moved = move(service, CANARY, "2", share=0.25).json()
    assert (moved["labels"], moved["shares"]) == ({"stable": "1", "canary": "2"}, {"canary": 0.25})
    counts = Counter(served(service) for _ in range(400))
    assert 50 < counts["2"] < 150  # 100, give or take six standard deviations
    assert {served(service, version="stable") for _ in range(20)} == {"1"}
    for version in "12":
        labels = {"task": "forecast", "model": "tiny", "version": version}
        asked = counts[version] + (20 if version == "1" else 0)
        assert service.metric("seqserve_items_total", outcome="ok", **labels) == asked
        assert service.metric("seqserve_prediction_duration_seconds_count", **labels) == asked
    assert move(service, CANARY, "2").json()["shares"] == {}
    assert {served(service) for _ in range(40)} == {"1"}


def test_a_canary_that_is_refused_takes_nothing(service: Running, models: Path) -> None:
    tiny.publish(models, tiny.release(seed=1), label=None)
    assert move(service, CANARY, "2", share=1).status_code == 200
    assert {served(service) for _ in range(20)} == {"2"}
    publish_harmed(models, lambda version: flip(version / "model.onnx"))
    write_label(models, "canary", "3")
    eventually(lambda: "refused_labels" in model(service))
    assert {served(service) for _ in range(20)} == {"1"}
    assert served(service, version="canary") == "2"


def test_translations_are_shared_too_but_for_other_languages(tmp_path: Path) -> None:
    models = tmp_path / "models"
    tiny.publish(models, tiny_translation.release())
    tiny.publish(models, tiny_translation.release(seed=1), label=None)
    tiny.publish(models, tiny_translation.release(target="de"), label=None)
    store = Store(models)

    def versions(service: Running, **asked: str) -> set[str]:
        return {service.translate(["I like milk."], **asked).json()["version"] for _ in range(30)}

    with running(models, tmp_path, SEQSERVE_POLL_SECONDS="0.05") as service:
        store.label(Key("translation", "en-fr", "2"), "canary", share=0.5)
        eventually(lambda: model(service, "en-fr", "translation")["shares"])
        assert versions(service, source="en", target="fr") == versions(service, model="en-fr") == {"1", "2"}
        store.label(Key("translation", "en-fr", "3"), "canary", share=0.5)
        eventually(lambda: model(service, "en-fr", "translation")["labels"]["canary"] == "3")
        assert versions(service, source="en", target="fr") == {"1"}
        assert versions(service) == {"1", "3"}
