"""Versions come, go and are labelled while the service runs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
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
OFTEN = {"SEQSERVE_POLL_SECONDS": "0.05"}
NEVER = {"SEQSERVE_POLL_SECONDS": "86400"}
NUMBERS = count(1)


@dataclass(frozen=True)
class Site:
    """A service, the tree that it serves, and a model of it that has a stable version 1."""

    service: Running
    models: Path
    name: str = "tiny"

    @property
    def versions(self) -> Path:
        return self.models / "forecast" / self.name

    @property
    def labels(self) -> Path:
        return self.versions / LABELS

    def release(self, **options: Any) -> Release:
        return tiny.release(self.name, **options)

    def publish(self, label: str | None = "stable", **options: Any) -> None:
        tiny.publish(self.models, self.release(**options), label=label)

    def publish_harmed(self, harm: Callable[[Path], object], release: Release | None = None) -> Path:
        """Publish a version that is bad from the moment on when it can be seen."""
        elsewhere = self.models.with_name("elsewhere")
        shutil.copytree(self.versions, elsewhere / "forecast" / self.name)
        key = tiny.publish(elsewhere, release or self.release(), label=None)
        harm(elsewhere / "forecast" / self.name / key.version)
        published = (elsewhere / "forecast" / self.name / key.version).rename(self.versions / key.version)
        shutil.rmtree(elsewhere)
        return published

    def write_label(self, label: str, version: str) -> None:
        """What no command would do with a bad version."""
        staging = self.labels.with_name(".staging")
        staging.write_text(json.dumps({**json.loads(self.labels.read_text()), label: version}))
        staging.replace(self.labels)

    def model(self) -> Any:
        return self.service.client.get(f"/models/forecast/{self.name}").json()

    def loaded(self) -> list[str]:
        return [version["version"] for version in self.model()["versions"] if version["loaded"]]

    def ask(self, **asked: Any) -> httpx.Response:
        """Over a connection of its own, so that any worker may answer."""
        body = {"series": [{"values": GOOD}], "model": self.name, **asked}
        return self.service.client.post("/forecast", json=body, headers={"Connection": "close"})

    def served(self, **asked: Any) -> str:
        """The version that answers."""
        answer = self.ask(**asked)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["version"])

    def put(self, label: str, body: Any, headers: dict[str, str] = ADMIN) -> httpx.Response:
        return self.service.client.put(f"/models/forecast/{self.name}/labels/{label}", json=body, headers=headers)

    def move(self, label: str, version: str, **more: Any) -> httpx.Response:
        return self.put(label, {"version": version, **more})

    def logged(self, text: str) -> int:
        return self.service.log.read_text().count(text)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("releases")
    models = directory / "models"
    tiny.publish(models)
    Store(models).set_default("forecast", "tiny")
    with running(models, directory, SEQSERVE_ADMIN_TOKEN=TOKEN, **OFTEN) as service:
        yield Site(service, models)


@pytest.fixture
def site(shared: Site) -> Site:
    """A model of its own for each test, in a tree and a service that many share."""
    found = Site(shared.service, shared.models, f"model-{next(NUMBERS)}")
    found.publish()
    eventually(lambda: found.ask().is_success)
    return found


@pytest.fixture
def models(tmp_path: Path) -> Path:
    tiny.publish(tmp_path / "models")
    return tmp_path / "models"


def eventually(holds: Callable[[], Any]) -> None:
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it did not come to hold"
        time.sleep(0.02)


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def flip_network(version: Path) -> None:
    flip(version / "model.onnx")


def test_a_release_needs_no_restart(site: Site) -> None:
    before = site.ask().json()
    assert before["version"] == "1"
    site.publish(seed=1)
    eventually(lambda: site.served() == "2")
    assert site.ask().json()["forecasts"][0]["mean"] != before["forecasts"][0]["mean"]
    assert site.ask(version="1").json() == before
    assert site.service.metric("seqserve_model_info", model=site.name, version="2", label="stable") == 1


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (flip_network, "model.onnx has SHA-256"),
        (lambda version: (version / "scaler.json").unlink(), "it has no scaler.json"),
        (lambda version: (version / "manifest.json").unlink(), "it has no manifest.json"),
        (None, "answers its example 1 otherwise"),
    ],
)
def test_a_bad_version_leaves_what_is_served(site: Site, harm: Callable[[Path], object] | None, reason: str) -> None:
    expected = site.ask().json()
    if harm is None:
        site.publish_harmed(lambda version: None, tiny.failing(site.release()))
    else:
        site.publish_harmed(harm)
    site.write_label("stable", "2")
    eventually(lambda: "refused_labels" in site.model())
    found = site.model()
    assert (found["labels"], found["refused_labels"], found["version"]) == ({"stable": "1"}, {"stable": "2"}, "1")
    assert reason in found["versions"][1]["refused"]
    assert site.ask().json() == expected
    assert site.ask(version="2").status_code == 503
    assert site.service.client.get("/readyz").status_code == 200
    site.publish()
    eventually(lambda: site.served() == "3")
    assert site.logged(f"refused: forecast/{site.name} version 2") == 1


def test_a_version_that_is_mended_is_taken(site: Site) -> None:
    harmed = site.publish_harmed(flip_network)
    eventually(lambda: "refused" in site.model()["versions"][-1])
    flip_network(harmed)
    eventually(lambda: site.loaded() == ["1", "2"])


def test_what_is_labelled_outlives_its_files(site: Site) -> None:
    expected = site.ask().json()
    flip_network(site.versions / "1")
    eventually(lambda: site.logged(f"forecast/{site.name} version 1 is served from memory"))
    site.publish(seed=1, label=None)
    shutil.rmtree(site.versions / "1")
    eventually(lambda: "2" in site.loaded())
    assert site.ask().json() == expected
    assert site.loaded() == ["1", "2"]


def test_a_version_published_again_under_its_number_replaces_what_was_there(site: Site) -> None:
    site.publish(label=None)
    eventually(lambda: site.loaded() == ["1", "2"])
    before = site.ask(version="2").json()
    elsewhere = replace(site, models=site.models.with_name("again"))
    elsewhere.publish()
    elsewhere.publish(seed=5)
    shutil.rmtree(site.versions / "2")
    (elsewhere.versions / "2").rename(site.versions / "2")
    eventually(lambda: site.ask(version="2").is_success and site.ask(version="2").json() != before)
    eventually(lambda: site.logged(f"INFO loaded: forecast/{site.name} version 2") == 2)


def test_what_is_being_published_is_not_touched(site: Site) -> None:
    staging = site.versions / ".publishing-abc"
    staging.mkdir()
    (staging / "manifest.json").write_text("{")
    site.publish()
    eventually(lambda: site.served() == "2")
    assert not site.logged("publishing")


@pytest.mark.parametrize("content", ["{", "[]", '{"stable": 2}', None])
def test_labels_that_cannot_be_read_stay(site: Site, content: str | None) -> None:
    if content is None:
        site.labels.unlink()
    else:
        site.labels.write_text(content)
    site.publish(label=None)
    eventually(lambda: site.loaded() == ["1", "2"])
    assert site.served() == "1"
    site.labels.write_text('{"stable": "2"}')
    eventually(lambda: site.served() == "2")


def test_shares_that_cannot_be_read_stay(site: Site) -> None:
    site.publish(label=None)
    assert site.move("canary", "2", share=1).status_code == 200
    (site.versions / "shares.json").write_text("{")
    site.publish(label=None)
    eventually(lambda: "3" in site.loaded())
    assert site.served() == "2"


def test_a_tree_that_is_gone_for_a_while_stays_served(models: Path, tmp_path: Path) -> None:
    with running(models, tmp_path, **OFTEN) as service:
        site = Site(service, models)
        models.rename(models.with_name("gone"))
        eventually(lambda: site.logged("cannot be read"))
        models.mkdir()
        eventually(lambda: site.logged("there is no version in it"))
        assert site.served() == "1"
        assert service.client.get("/readyz").status_code == 200
        models.rmdir()
        models.with_name("gone").rename(models)
        site.publish()
        eventually(lambda: site.served() == "2")
        assert site.logged("there is no version in it") == 1


def test_removed_and_old_versions_are_unloaded(site: Site) -> None:
    for _ in range(4):
        site.publish(label=None)
    eventually(lambda: site.loaded() == ["1", "3", "4", "5"])
    old = site.ask(version="2")
    assert old.status_code == 503
    assert old.json()["type"].endswith("version-not-loaded")
    shutil.rmtree(site.versions / "5")
    eventually(lambda: site.loaded() == ["1", "2", "3", "4"])
    assert site.ask(version="5").status_code == 404
    site.write_label("stable", "4")
    eventually(lambda: site.loaded() == ["2", "3", "4"])
    gauges = [line for line in site.service.client.get("/metrics").text.splitlines() if f'"{site.name}"' in line]
    model = f'model="{site.name}",task="forecast"'
    assert sorted(line.split()[0] for line in gauges if line.startswith("seqserve_model_")) == [
        f'seqserve_model_info{{label="",{model},version="2"}}',
        f'seqserve_model_info{{label="",{model},version="3"}}',
        f'seqserve_model_info{{label="stable",{model},version="4"}}',
        *(f'seqserve_model_loaded_timestamp_seconds{{{model},version="{version}"}}' for version in "234"),
    ]


def test_a_removed_model_is_unloaded(site: Site) -> None:
    shutil.rmtree(site.versions)
    eventually(lambda: site.ask().status_code == 404)
    assert site.logged(f"unloaded: forecast/{site.name} version 1") == 1


def test_labels_moved_by_the_command_line_are_seen(site: Site) -> None:
    site.publish(label=None)
    label = [sys.executable, "-m", "seqserve", "--models", str(site.models), "models", "label", f"forecast/{site.name}"]
    subprocess.run([*label, "stable", "2"], cwd=CHECKOUT, check=True)
    eventually(lambda: site.served() == "2")
    subprocess.run([*label, "stable", "1"], cwd=CHECKOUT, check=True)
    eventually(lambda: site.served() == "1")


def test_a_label_is_moved_over_http(site: Site) -> None:
    site.publish(seed=1, label=None)
    moved = site.move("stable", "2")
    assert moved.status_code == 200
    assert moved.json() == site.model()
    assert (moved.json()["labels"], site.served()) == ({"stable": "2"}, "2")
    assert Store(site.models).labels("forecast", site.name) == {"stable": "2"}
    assert site.move("stable", "1").status_code == 200
    assert site.served() == "1"


def test_an_old_version_is_loaded_for_its_label(site: Site) -> None:
    for _ in range(5):
        site.publish()
    eventually(lambda: site.loaded() == ["4", "5", "6"])
    assert site.move("stable", "1").status_code == 200
    assert site.served() == "1"


def test_what_is_no_label_or_version_is_not_moved(site: Site) -> None:
    for label, body, status in [
        ("stable", {"version": "9"}, 404),
        ("default", {"version": "1"}, 409),
        ("7", {"version": "1"}, 409),
        ("stable", {"version": 1}, 422),
        ("stable", {}, 422),
        ("stable", [], 422),
        ("stable", {"version": "1", "share": 0.5}, 409),
        ("canary", {"version": "1", "share": 1.5}, 422),
        ("canary", {"version": "1", "share": True}, 422),
    ]:
        answer = site.put(label, body)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), body
    for path in ("/models/forecast/none/labels/stable", "/models/none/tiny/labels/stable"):
        assert site.service.client.put(path, json={"version": "1"}, headers=ADMIN).status_code == 404
    assert Store(site.models).labels("forecast", site.name) == {"stable": "1"}


def test_a_label_is_not_moved_to_what_should_not_serve(site: Site) -> None:
    site.publish(worse_than=["last value"], label=None)
    site.publish_harmed(flip_network)
    tiny.publish(site.models, tiny.failing(site.release()), label=None)
    worse, damaged, failing = (site.move("stable", version) for version in "234")
    assert [answer.status_code for answer in (worse, damaged, failing)] == [409] * 3
    assert '"even_if_worse": true' in worse.json()["detail"]
    assert "damaged" in damaged.json()["detail"]
    assert "example 1" in failing.json()["detail"]
    assert str(site.models) not in worse.text + damaged.text + failing.text
    assert site.served() == "1"
    assert site.move("stable", "2", even_if_worse=True).status_code == 200
    assert site.served() == "2"


def test_a_tree_that_cannot_be_written_is_said(site: Site) -> None:
    site.labels.with_name(".labels.json").mkdir()
    answer = site.move("canary", "1")
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:seqserve:problem:tree-not-writable")
    assert str(site.models) not in answer.text


@pytest.mark.parametrize("authorization", [None, "Bearer guess", f"Basic {TOKEN}"])
def test_only_the_admin_changes_what_is_served(site: Site, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    refresh = site.service.client.post("/models/refresh", headers=headers)
    for answer in (site.put("stable", {"version": "1"}, headers), refresh):
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert not site.logged(TOKEN)


def test_without_a_token_nobody_does(models: Path, tmp_path: Path) -> None:
    with running(models, tmp_path) as service:
        assert Site(service, models).move("stable", "1").status_code == 403
        assert service.client.post("/models/refresh", headers=ADMIN).status_code == 403


def test_every_worker_sees_a_change_at_once(models: Path, tmp_path: Path) -> None:
    with running(models, tmp_path, WORKERS="2", SEQSERVE_ADMIN_TOKEN=TOKEN, **NEVER) as service:
        site = Site(service, models)
        eventually(lambda: site.logged("loaded: forecast/tiny version 1") == 2)
        workers = {worker.pid for worker in service.workers()}

        def both_serve(version: str) -> bool:
            return {site.served() for _ in range(20)} == {version}

        site.publish(label=None)
        assert both_serve("1")
        assert site.move("stable", "2").status_code == 200
        eventually(lambda: both_serve("2"))
        site.publish()
        assert both_serve("2")
        answer = service.client.post("/models/refresh", headers=ADMIN)
        assert answer.json()["models"][0]["labels"] == {"stable": "3"}
        eventually(lambda: both_serve("3"))
        site.publish()
        assert both_serve("3")
        service.process.send_signal(signal.SIGHUP)
        eventually(lambda: both_serve("4"))
        assert {worker.pid for worker in service.workers()} == workers
        assert [site.logged(f"INFO loaded: forecast/tiny version {version}") for version in "234"] == [2, 2, 2]
        assert {service.metric("seqserve_model_info", version="4", label="stable") for _ in range(5)} == {1}
        assert service.metric("seqserve_model_info", label="stable") == 1


def test_two_workers_poll(models: Path, tmp_path: Path) -> None:
    with running(models, tmp_path, WORKERS="2", **OFTEN) as service:
        site = Site(service, models)
        site.publish()
        eventually(lambda: {site.served() for _ in range(20)} == {"2"})


def test_refresh_gives_what_was_refused_another_chance(site: Site) -> None:
    network = site.publish_harmed(flip_network) / "model.onnx"
    eventually(lambda: "refused" in site.model()["versions"][-1])
    assert site.service.client.post("/models/refresh", headers=ADMIN).status_code == 200
    assert site.loaded() == ["1"]
    assert site.logged(f"refused: forecast/{site.name} version 2") == 1
    changed = network.stat().st_mtime_ns
    flip(network)
    os.utime(network, ns=(changed, changed))  # as if it had only been unreadable for a moment
    assert site.service.client.post("/models/refresh", headers=ADMIN).status_code == 200
    assert site.loaded() == ["1", "2"]


def test_a_canary_takes_its_share(site: Site) -> None:
    site.publish(seed=1, label=None)
    moved = site.move("canary", "2", share=0.25).json()
    assert (moved["labels"], moved["shares"]) == ({"stable": "1", "canary": "2"}, {"canary": 0.25})
    counts = Counter(site.served() for _ in range(400))
    assert 50 < counts["2"] < 150  # 100, give or take six standard deviations
    assert {site.served(version="stable") for _ in range(20)} == {"1"}
    for version, asked in (("1", counts["1"] + 21), ("2", counts["2"])):  # one more was the fixture's
        labels = {"task": "forecast", "model": site.name, "version": version}
        assert site.service.metric("seqserve_items_total", outcome="ok", **labels) == asked
        assert site.service.metric("seqserve_prediction_duration_seconds_count", **labels) == asked
    assert site.move("canary", "2").json()["shares"] == {}
    assert {site.served() for _ in range(40)} == {"1"}


def test_a_canary_that_is_refused_takes_nothing(site: Site) -> None:
    site.publish(seed=1, label=None)
    assert site.move("canary", "2", share=1).status_code == 200
    assert {site.served() for _ in range(20)} == {"2"}
    site.publish_harmed(flip_network)
    site.write_label("canary", "3")
    eventually(lambda: "refused_labels" in site.model())
    assert {site.served() for _ in range(20)} == {"1"}
    assert site.served(version="canary") == "2"


def test_translations_are_shared_too_but_for_other_languages(tmp_path: Path) -> None:
    models = tmp_path / "models"
    tiny.publish(models, tiny_translation.release())
    tiny.publish(models, tiny_translation.release(seed=1), label=None)
    tiny.publish(models, tiny_translation.release(target="de"), label=None)
    with running(models, tmp_path, **OFTEN) as service:

        def versions(**asked: str) -> set[str]:
            return {service.translate(["I like milk."], **asked).json()["version"] for _ in range(30)}

        def canary(version: str) -> None:
            Store(models).label(Key("translation", "en-fr", version), "canary", share=0.5)
            wanted = {"stable": "1", "canary": version}
            eventually(lambda: service.client.get("/models/translation/en-fr").json()["labels"] == wanted)

        canary("2")
        assert versions(source="en", target="fr") == versions(model="en-fr") == {"1", "2"}
        canary("3")
        assert versions(source="en", target="fr") == {"1"}
        assert versions() == {"1", "3"}
